import fc from 'fast-check';
import { isPrivateKey, LOG_BOUNDS, redact } from './redact.js';

const PRIVATE_KEYS = [
  ...[
    'authorization',
    'Authorization',
    'password',
    'secret',
    'webhookSecret',
    'client_secret',
    'token',
    'access_token',
    'api_key',
    'apiKey',
    'X-API-Key',
  ],
  ...[
    'x-falabella-signature',
    'Signature',
    'set-cookie',
    'email',
    'customer_email',
    'CustomerEmail',
    'phone',
    'PhoneNumber',
    'mobilePhone',
  ],
  ...[
    'name',
    'firstName',
    'last_name',
    'CustomerFirstName',
    'address',
    'address1',
    'billingAddress',
    'AddressBilling',
    'document',
    'documentNumber',
  ],
  ...[
    'nationalRegistrationNumber_rut',
    'rut',
    'dni',
    'zip',
    'customer',
    'buyer',
    'username',
    'login',
    'credentials',
    'birthday',
  ],
];

describe('isPrivateKey', () => {
  it.each([
    'authorization',
    'db_password',
    'x-api-key',
    'apiKey',
    'x-falabella-signature',
    'customer_email',
    'phoneNumber',
    'firstName',
    'shippingAddress',
    'documentNumber',
    'ODOO_API_KEY',
  ])('treats %s as private', (key) => expect(isPrivateKey(key)).toBe(true));

  it.each([
    'orderId',
    'sku',
    'quantity',
    'status',
    'warehouse',
    'price',
    'reference',
    'method',
    'path',
    'write_date',
    'product_id',
  ])('keeps %s', (key) => expect(isPrivateKey(key)).toBe(false));
});

describe('redact', () => {
  const SECRET = 'S3CR3T-VALUE';

  it('keeps no value under a private key, at any depth', () => {
    const secretHolder = fc.tuple(
      fc.constantFrom(...PRIVATE_KEYS),
      fc.constantFrom(SECRET, [SECRET], { inner: SECRET }, { sku: [SECRET] }),
    );
    const body = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.string(),
        fc.integer(),
        secretHolder.map(([key, value]) => ({ [key]: value, sku: 'PROD-001' })),
        fc.dictionary(fc.string(), tie('node')),
        fc.array(tie('node'), { maxLength: 5 }),
      ),
    })).node;
    fc.assert(
      fc.property(body, secretHolder, (inner, [key, value]) => {
        expect(JSON.stringify(redact({ inner, [key]: value }).body)).not.toContain(SECRET);
      }),
    );
  });

  it('keeps no mail address, in texts or in keys', () => {
    const { body } = redact({
      note: 'asked by ana.perez@example.com today',
      'ana.perez@example.com': 1,
      url: 'https://u:p4ss@host/x',
    });
    expect(JSON.stringify(body)).not.toMatch(/ana|p4ss/);
  });

  it('stays near its bound in bytes, whatever the input', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ maxLength: 200 }), fc.jsonValue({ maxDepth: 8 }), { maxKeys: 300 }),
        (body) => {
          const { body: copy, bytes } = redact(body);
          expect(bytes).toBeLessThanOrEqual(LOG_BOUNDS.bytes);
          expect(Buffer.byteLength(JSON.stringify(copy))).toBeLessThanOrEqual(LOG_BOUNDS.bytes * 4);
        },
      ),
    );
  });

  it('marks where it cut long texts, long lists and deep nesting', () => {
    const deep = { a: { b: { c: { d: { e: { f: { g: 1 } } } } } } };
    const { body } = redact({ text: 'x'.repeat(600), list: Array.from({ length: 80 }, (_, i) => i), deep });
    expect(body.text).toBe(`${'x'.repeat(500)}…`);
    expect((body.list as unknown[]).at(-1)).toBe('[30 more]');
    expect(JSON.stringify(body.deep)).toContain('[cut]');
  });

  it('terminates on a body that contains itself', () => {
    const body: Record<string, unknown> = { sku: 'PROD-001' };
    body.self = body;
    expect(JSON.stringify(redact(body).body)).toContain('[cut]');
  });

  it('makes keys that every database accepts', () => {
    const { body } = redact(
      JSON.parse('{"$set": 1, "a.b": 2, "__proto__": {"polluted": true}, "n\\u0000l": 3}') as Record<string, unknown>,
    );
    expect(Object.keys(body)).toEqual(['_set', 'a_b', 'proto', 'n_l']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('keeps numbers, booleans, null and dates readable', () => {
    const { body } = redact({
      quantity: 2,
      ok: true,
      lot: null,
      at: new Date('2025-12-16T10:00:00Z'),
      raw: Buffer.from('abc'),
      gone: undefined,
    });
    expect(body).toEqual({ quantity: 2, ok: true, lot: null, at: '2025-12-16T10:00:00.000Z', raw: '[3 bytes]' });
  });
});
