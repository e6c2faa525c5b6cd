import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Verdict, type WebhookRequest } from '../contract.js';
import { storeOf } from './tiendanube.codec.js';

export const SIGNATURE_HEADER = 'x-linkedstore-hmac-sha256';

interface Party {
  readonly clientSecret: string | null;
  readonly storeId: string;
}

/**
 * Whether a webhook is signed by Tiendanube for this app: hex HMAC-SHA256 over the raw bytes, with the
 * app's client secret as key. All stores share the secret, so a body of another store does not belong to
 * this connection. Takes the same time whatever is wrong with the digest.
 */
export function verifyWebhook(request: WebhookRequest, { clientSecret, storeId }: Party): Verdict {
  if (!clientSecret)
    return { authentic: false, reason: 'no client secret is set for this connection, so every webhook is refused' };
  const given = request.headers[SIGNATURE_HEADER]?.trim();
  if (!given) return { authentic: false, reason: `the header ${SIGNATURE_HEADER} is missing` };
  const isHex = /^[0-9a-f]{64}$/i.test(given);
  const digest = createHmac('sha256', clientSecret).update(request.rawBody).digest();
  const fits = timingSafeEqual(digest, isHex ? Buffer.from(given, 'hex') : Buffer.alloc(digest.length));
  if (!isHex || !fits) return { authentic: false, reason: `the header ${SIGNATURE_HEADER} does not match` };
  const store = storeOf(request.rawBody);
  return store === null || store === storeId
    ? { authentic: true }
    : { authentic: false, reason: 'it is of another store' };
}
