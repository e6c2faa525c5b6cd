import { AsyncLocalStorage } from 'node:async_hooks';
import { type RequestRecord } from './request-record.js';

/** The context of the current work. Every log document and outbound call carries it. */
export interface WorkContext {
  readonly correlationIds: readonly string[];
  readonly orderIds: readonly string[];
  readonly productSkus: readonly string[];
  readonly connection?: string;
  /** The caller: the name of an API key, or of a connection. */
  readonly actor?: string;
  /** Set while an HTTP request is handled. */
  readonly request?: RequestRecord;
}

const storage = new AsyncLocalStorage<WorkContext>();
const nothing: WorkContext = { correlationIds: [], orderIds: [], productSkus: [] };

/** The current context; empty outside any work. */
export function currentContext(): WorkContext {
  return storage.getStore() ?? nothing;
}

/** Runs `work` with `more` merged over the current context. */
export function withContext<T>(more: Partial<WorkContext>, work: () => T): T {
  return storage.run({ ...currentContext(), ...more }, work);
}

/** The log record of the current HTTP request; undefined outside one. */
export function currentRequestRecord(): RequestRecord | undefined {
  return storage.getStore()?.request;
}
