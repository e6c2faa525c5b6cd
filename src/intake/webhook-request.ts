import { type IncomingHttpHeaders } from 'node:http';
import { InvalidInputError } from '../common/errors.js';
import { type WebhookRequest } from '../connectors/contract.js';

/** A request with its raw bytes, as a controller receives it. */
export interface RawRequest {
  readonly rawBody?: Buffer;
  readonly headers: IncomingHttpHeaders;
  readonly query: unknown;
}

/** @throws InvalidInputError when there is no body */
export function webhookRequest(topic: string, request: RawRequest): WebhookRequest {
  if (!request.rawBody || request.rawBody.length === 0)
    throw new InvalidInputError([{ field: 'body', expected: 'must be a JSON object' }]);
  return { topic, rawBody: request.rawBody, headers: single(request.headers), query: single(request.query) };
}

function single(values: unknown): Record<string, string | undefined> {
  if (typeof values !== 'object' || values === null) return {};
  const entries = Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(entries);
}
