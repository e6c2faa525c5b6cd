import { type PostResult } from '../post.js';
import { type Answer } from './answer.js';
import { type Request } from './request.js';

/** One recorded call, in either direction, without secrets. */
export interface RecordedCall {
  at: string;
  direction: 'in' | 'out';
  /** `stock.picking.create`, `UpdateStock`, `odoo webhook`, ... */
  name: string;
  method: string;
  path: string;
  query: string;
  body: string;
  /** Null: no answer was sent or received. */
  status: number | null;
  answer: string;
  /** The fault that affected it. */
  fault?: string;
}

const kept = 2000;
const bodyLimit = 20_000;
const answerLimit = 2000;
const secretParameters = /([?&]|^)(signature|token|code)=[^&]*/gi;

function withoutSecrets(query: string): string {
  return query.replace(secretParameters, (_match, lead: string, name: string) => `${lead}${name}=***`);
}

/** A token request has the client's secret in its body, and a token in its answer. */
const isTokenRequest = (path: string): boolean => path.endsWith('/authorize/token');

/** JSON-RPC carries the password as the third argument of every call. */
function maskPassword(path: string, body: string): string {
  if (isTokenRequest(path)) return '***';
  if (!path.endsWith('/jsonrpc')) return body;
  try {
    const message = JSON.parse(body) as { params?: { args?: unknown[] } };
    if (message.params?.args && message.params.args.length > 2) message.params.args[2] = '***';
    return JSON.stringify(message);
  } catch {
    return '';
  }
}

/** The latest calls, and the number of calls of each name since the start or the last reset. */
export class CallLog {
  private calls: RecordedCall[] = [];
  private counts: Record<string, number> = {};

  received(name: string, request: Request, answer: Answer | null, fault?: string): void {
    this.add({
      at: new Date().toISOString(),
      direction: 'in',
      name,
      method: request.method,
      path: request.path,
      query: withoutSecrets(request.rawQuery),
      body: maskPassword(request.path, request.body).slice(0, bodyLimit),
      status: answer?.status ?? null,
      answer:
        isTokenRequest(request.path) && answer?.status === 200 ? '***' : (answer?.body ?? '').slice(0, answerLimit),
      ...(fault ? { fault } : {}),
    });
  }

  sent(name: string, url: string, body: string, result: PostResult): void {
    const { pathname, search } = new URL(url);
    this.add({
      at: new Date().toISOString(),
      direction: 'out',
      name,
      method: 'POST',
      path: pathname,
      query: withoutSecrets(search.slice(1)),
      body: body.slice(0, bodyLimit),
      status: result.status,
      answer: (result.error ?? result.body).slice(0, answerLimit),
    });
  }

  /** Calls whose path or name contains the text; all of them without one. Oldest first. */
  list(text = ''): RecordedCall[] {
    return this.calls.filter((call) => call.path.includes(text) || call.name.includes(text));
  }

  byName(): Record<string, number> {
    return { ...this.counts };
  }

  reset(): void {
    this.calls = [];
    this.counts = {};
  }

  private add(call: RecordedCall): void {
    this.calls.push(call);
    if (this.calls.length > 2 * kept) this.calls = this.calls.slice(-kept);
    this.counts[call.name] = (this.counts[call.name] ?? 0) + 1;
  }
}
