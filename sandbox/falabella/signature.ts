import { createHmac, timingSafeEqual } from 'node:crypto';

/** RFC 3986: everything but letters, digits and `- . _ ~` is escaped, with upper-case hex. */
export function percentEncode(text: string): string {
  return [...Buffer.from(text, 'utf8')]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return /[A-Za-z0-9._~-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

/**
 * The text to sign: every parameter except the signature, encoded, sorted by name in code-unit order,
 * joined with `&`.
 */
export function stringToSign(parameters: ReadonlyMap<string, string>): string {
  return [...parameters]
    .filter(([name]) => name !== 'Signature')
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&');
}

/** HMAC-SHA256 of the string to sign, in lower-case hex. */
export function sign(parameters: ReadonlyMap<string, string>, apiKey: string): string {
  return createHmac('sha256', apiKey).update(stringToSign(parameters), 'utf8').digest('hex');
}

export function signatureMatches(parameters: ReadonlyMap<string, string>, apiKey: string): boolean {
  const given = Buffer.from(parameters.get('Signature') ?? '', 'utf8');
  const right = Buffer.from(sign(parameters, apiKey), 'utf8');
  return given.length === right.length && timingSafeEqual(given, right);
}

/** Parses a query as the server does: `+` is a space there, so a signature over form encoding does not match. */
export function parseQuery(raw: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of raw.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const [name, value] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    parameters.set(decode(name), decode(value));
  }
  return parameters;
}

function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
