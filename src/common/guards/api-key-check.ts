import { timingSafeEqual } from 'node:crypto';
import { type IncomingHttpHeaders } from 'node:http';
import { hashKey, type ApiKey } from '../../config/api-keys.js';

const READING_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The key that a request carries: `x-api-key`, or `Authorization: Bearer`. */
export function presentedKey(headers: IncomingHttpHeaders): string | undefined {
  const own = headers['x-api-key'];
  if (typeof own === 'string' && own !== '') return own;
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
}

/** Finds the key in constant time, so that the answer's timing reveals nothing about the list. */
export function findKey(presented: string, keys: readonly ApiKey[]): ApiKey | undefined {
  const hash = hashKey(presented);
  let found: ApiKey | undefined;
  for (const key of keys) if (timingSafeEqual(key.sha256, hash)) found = key;
  return found;
}

export function mayUse(key: ApiKey, method: string): boolean {
  return !key.readOnly || READING_METHODS.has(method);
}
