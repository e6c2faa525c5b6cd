import { type IncomingHttpHeaders } from 'node:http';
import { type WebhookRequest } from '../connectors/contract.js';

/** A request with its raw bytes, as a controller receives it. */
export interface RawRequest {
  readonly rawBody?: Buffer;
  readonly headers: IncomingHttpHeaders;
  readonly query: unknown;
}

export function webhookRequest(topic: string, { rawBody, headers, query }: RawRequest): WebhookRequest {
  return { topic, rawBody: rawBody ?? Buffer.alloc(0), headers: single(headers), query: single(query) };
}

function single(values: unknown): Record<string, string | undefined> {
  if (typeof values !== 'object' || values === null) return {};
  const entries = Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(entries);
}
