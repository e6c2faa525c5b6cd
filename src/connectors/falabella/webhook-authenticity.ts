import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type Verdict, type WebhookRequest } from '../contract.js';

export const SIGNATURE_HEADER = 'x-falabella-signature';

/** A larger unsigned body is not examined. */
const MAX_UNSIGNED_BYTES = 16 * 1024;

const FALABELLAS_OWN_WEBHOOKS =
  "This looks like one of Falabella's own webhooks, which carry no signature. They belong at an address of their own, " +
  'POST /falabella/webhook/<token>, with the token of FALABELLA_WEBHOOK_TOKEN: see docs/connectors/falabella.md';

/**
 * Whether a webhook carries the shared secret: either the secret itself in the header, or `sha256=` and
 * the hex HMAC-SHA256 of the raw body. Takes the same time whatever is wrong with it.
 */
export function verifyWebhook(request: WebhookRequest, secret: string | null): Verdict {
  if (!secret)
    return { authentic: false, reason: 'no webhook secret is set for this connection, so every webhook is refused' };
  const given = request.headers[SIGNATURE_HEADER]?.trim();
  if (!given)
    return { authentic: false, reason: `the header ${SIGNATURE_HEADER} is missing`, ...adviceFor(request.rawBody) };
  // Node returns the bytes of a header as one character each.
  const isSecret = equal(Buffer.from(given, 'latin1'), Buffer.from(secret, 'utf8'));
  const digest = /^sha256=([0-9a-f]{64})$/i.exec(given)?.[1] ?? '';
  const isDigest = equal(Buffer.from(digest, 'hex'), createHmac('sha256', secret).update(request.rawBody).digest());
  return isSecret || isDigest
    ? { authentic: true }
    : { authentic: false, reason: `the header ${SIGNATURE_HEADER} does not match` };
}

/** Whether a webhook came to the secret address. It is the only proof of Falabella's own webhooks. */
export function verifyToken(given: string | undefined, token: string | null): Verdict {
  if (!token) return { authentic: false, reason: 'no token is set for this connection' };
  const fits = equal(Buffer.from(given ?? '', 'utf8'), Buffer.from(token, 'utf8'));
  return fits ? { authentic: true } : { authentic: false, reason: 'the token does not match' };
}

/** Compares digests of both, so that the time does not depend on the length of the input. */
function equal(a: Buffer, b: Buffer): boolean {
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function adviceFor(rawBody: Buffer): { readonly advice?: string } {
  if (rawBody.length > MAX_UNSIGNED_BYTES) return {};
  try {
    const body = JSON.parse(rawBody.toString('utf8')) as unknown;
    const isTheirs =
      typeof body === 'object' && body !== null && Object.hasOwn(body, 'event') && Object.hasOwn(body, 'payload');
    return isTheirs ? { advice: FALABELLAS_OWN_WEBHOOKS } : {};
  } catch {
    return {};
  }
}
