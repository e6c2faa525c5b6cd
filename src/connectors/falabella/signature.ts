import { createHmac } from 'node:crypto';

export type QueryParameters = Readonly<Record<string, string>>;

/**
 * Percent-encodes by RFC 3986: everything except letters, digits and `- . _ ~`, including the characters
 * that `encodeURIComponent` leaves.
 */
export function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The text that Falabella signs: encoded `name=value` pairs in code unit order of the names (`Z` before `a`), joined by `&`. */
export function canonicalQuery(parameters: QueryParameters): string {
  return Object.entries(parameters)
    .map(([name, value]) => [encodeRfc3986(name), encodeRfc3986(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** HMAC-SHA256 of the canonical query with the user's API key, in lower-case hex. It does not cover the body. */
export function sign(parameters: QueryParameters, apiKey: string): string {
  return createHmac('sha256', apiKey).update(canonicalQuery(parameters)).digest('hex');
}

/**
 * The query of a call: the canonical one with its signature at the end. It is valid for minutes only, so
 * make a new one for every attempt.
 */
export function signedQuery(parameters: QueryParameters, apiKey: string): string {
  return `${canonicalQuery(parameters)}&Signature=${sign(parameters, apiKey)}`;
}

/** The form of `Timestamp` that the documentation shows: whole seconds and an offset. */
export function falabellaTimestamp(at: Date): string {
  return at.toISOString().replace(/\.\d{3}Z$/, '+00:00');
}
