import { createHmac } from 'node:crypto';
import { SIGNATURE_HEADER, verifyWebhook } from './signature.js';

const body = Buffer.from('{"store_id":123,"event":"order/created","id":456}');
/** Computed with another program, for the key `secret`. */
const KNOWN = '2228feadd3431306969b9628d4fe8dd67c3e70eafd420b64fe822b4257322e81';
const store = { clientSecret: 'secret', storeId: '123' };

const verdict = (
  given: string | undefined,
  party: Partial<typeof store> | { clientSecret: null } = {},
  rawBody = body,
) =>
  verifyWebhook({ topic: 'event', rawBody, headers: { [SIGNATURE_HEADER]: given }, query: {} }, { ...store, ...party });

describe('the sender of a webhook', () => {
  it('is Tiendanube when the hex digest is that of the raw bytes', () => {
    expect(verdict(KNOWN)).toEqual({ authentic: true });
    expect(verdict(` ${KNOWN.toUpperCase()} `)).toEqual({ authentic: true });
  });

  it.each([
    ['no header', undefined],
    ['an empty one', ''],
    ['a digest of another key', createHmac('sha256', 'other').update(body).digest('hex')],
    ['the digest in base64', createHmac('sha256', 'secret').update(body).digest('base64')],
    ['half of it', KNOWN.slice(0, 32)],
    ['zeros', '0'.repeat(64)],
    ['no hex', 'z'.repeat(64)],
  ])('is not proved with %s', (_what, given) => {
    expect(verdict(given)).toMatchObject({ authentic: false });
    expect(JSON.stringify(verdict(given))).not.toContain('secret');
  });

  it('is not proved when one byte differs, or no secret is set', () => {
    expect(verdict(KNOWN, {}, Buffer.concat([body, Buffer.from(' ')]))).toMatchObject({ authentic: false });
    expect(verdict(KNOWN, { clientSecret: null })).toMatchObject({ authentic: false });
  });

  it('is not this store when the body names another: all stores share one secret', () => {
    expect(verdict(KNOWN, { storeId: '124' })).toEqual({ authentic: false, reason: 'it is of another store' });
  });
});
