import { AsyncLocalStorage } from 'node:async_hooks';
import { type RequestRecord } from './request-record.js';

/** What is known of the work in hand; every log line and every call out written meanwhile carries it. */
export interface WorkContext {
  readonly correlationIds: readonly string[];
  readonly orderIds: readonly string[];
  readonly productSkus: readonly string[];
  readonly connection?: string;
  /** Who asked: the name of an API key, or of a connection. */
  readonly actor?: string;
  /** Set while an HTTP request is answered. */
  readonly request?: RequestRecord;
}

const storage = new AsyncLocalStorage<WorkContext>();
const nothing: WorkContext = { correlationIds: [], orderIds: [], productSkus: [] };

/** The context of the work in hand; empty outside any. */
export function currentContext(): WorkContext {
  return storage.getStore() ?? nothing;
}

/** Runs `work` with `more` laid over the present context. */
export function withContext<T>(more: Partial<WorkContext>, work: () => T): T {
  return storage.run({ ...currentContext(), ...more }, work);
}

/** What the log document of the HTTP request in hand will say; undefined outside of one. */
export function currentRequestRecord(): RequestRecord | undefined {
  return storage.getStore()?.request;
}
