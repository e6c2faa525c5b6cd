import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { SIGNATURE_HEADER, verifyToken, verifyWebhook } from './webhook-authenticity.js';

const SECRET = 'a-shared-secret';
const body = Buffer.from('{"orderId":"1"}');
const hmac = (rawBody: Buffer, secret = SECRET) => createHmac('sha256', secret).update(rawBody).digest('hex');
const verify = (signature: string | undefined, rawBody = body, secret: string | null = SECRET) =>
  verifyWebhook({ topic: 'order', rawBody, headers: { [SIGNATURE_HEADER]: signature }, query: {} }, secret);

describe('the authenticity of a webhook', () => {
  it('is proved by the secret itself', () => {
    expect(verify(SECRET)).toEqual({ authentic: true });
    expect(verify(Buffer.from('clavé-ñ').toString('latin1'), body, 'clavé-ñ')).toEqual({ authentic: true });
  });

  it('is proved by the HMAC of the body, in hex of any case', () => {
    expect(verify(`sha256=${hmac(body)}`)).toEqual({ authentic: true });
    expect(verify(`sha256=${hmac(body).toUpperCase()}`)).toEqual({ authentic: true });
  });

  it('is proved by no other text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(text.trim() !== SECRET);
        expect(verify(text).authentic).toBe(false);
        expect(verify(`sha256=${text}`).authentic).toBe(false);
      }),
    );
  });

  it('is not proved by the HMAC of another body, of another secret, or without its prefix', () => {
    expect(verify(`sha256=${hmac(Buffer.from('{}'))}`).authentic).toBe(false);
    expect(verify(`sha256=${hmac(body, 'another')}`).authentic).toBe(false);
    expect(verify(hmac(body)).authentic).toBe(false);
    expect(verify('sha256=').authentic).toBe(false);
  });

  it('covers every byte of the body', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), (bytes, at) => {
        const signed = Buffer.from(bytes);
        const changed = Buffer.from(bytes);
        const index = at % changed.length;
        changed[index] = (changed[index] ?? 0) ^ 1;
        expect(verify(`sha256=${hmac(signed)}`, signed).authentic).toBe(true);
        expect(verify(`sha256=${hmac(signed)}`, changed).authentic).toBe(false);
      }),
    );
  });

  it.each([null, ''])('is never proved when no secret is set (%j)', (secret) => {
    expect(verify('', body, secret).authentic).toBe(false);
    expect(verify('null', body, secret).authentic).toBe(false);
    expect(verify(`sha256=${hmac(body, '')}`, body, secret).authentic).toBe(false);
  });

  it('explains a refusal without revealing anything about the secret', () => {
    expect(verify(undefined)).toEqual({ authentic: false, reason: `the header ${SIGNATURE_HEADER} is missing` });
    expect(verify('wrong')).toEqual({ authentic: false, reason: `the header ${SIGNATURE_HEADER} does not match` });
  });

  it("directs Falabella's own unsigned webhooks to the right route", () => {
    const own = Buffer.from('{"event":"onOrderCreated","payload":{"OrderId":1001}}');
    expect(verify(undefined, own)).toMatchObject({
      authentic: false,
      advice: expect.stringContaining('/falabella/webhook/<token>') as string,
    });
    expect(verify(undefined)).not.toHaveProperty('advice');
    expect(verify('wrong', own)).not.toHaveProperty('advice');
    expect(verify(undefined, Buffer.from('not json'))).not.toHaveProperty('advice');
  });
});

describe("the address of Falabella's own webhooks", () => {
  it('is proved by its token alone', () => {
    expect(verifyToken('the-token', 'the-token')).toEqual({ authentic: true });
    for (const given of [undefined, '', 'the-toke', 'the-token ', 'THE-TOKEN', 'the-tokén'])
      expect(verifyToken(given, 'the-token')).toEqual({ authentic: false, reason: 'the token does not match' });
  });

  it('does not exist while no token is set', () => {
    for (const given of [undefined, '', 'null']) expect(verifyToken(given, null)).toMatchObject({ authentic: false });
  });
});
