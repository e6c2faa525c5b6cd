import fc from 'fast-check';
import { InvalidInputError, NotFoundError } from '../../common/errors.js';
import { decode } from './falabella.codec.js';

const sample = {
  orderId: 'FAL-12345',
  products: [{ sku: 'PROD-001', quantity: 2, price: 29990 }],
  status: 'confirmed',
  timestamp: '2025-12-16T10:00:00Z',
};
const raw = (body: unknown) => Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
const order = (change: object) => {
  const intent = decode('order', raw({ ...sample, ...change }));
  if (intent.kind !== 'order') throw new Error('not an order');
  return intent.order;
};
const faults = (topic: string, body: unknown): readonly { field: string; expected: string }[] => {
  try {
    decode(topic, Buffer.isBuffer(body) ? body : raw(body));
  } catch (error) {
    if (error instanceof InvalidInputError) return error.fields;
    throw error;
  }
  return [];
};
const faultyFields = (topic: string, body: unknown) => faults(topic, body).map((fault) => fault.field);

describe('an order webhook', () => {
  it('becomes a snapshot of the order', () => {
    expect(decode('order', raw(sample))).toEqual({
      kind: 'order',
      order: {
        orderId: 'FAL-12345',
        status: 'confirmed',
        statusText: 'confirmed',
        lines: [{ lineId: 'PROD-001', sku: 'PROD-001', quantity: 2 }],
        version: Date.UTC(2025, 11, 16, 10),
      },
    });
  });

  it('drops everything but SKUs, quantities, id, status and time', () => {
    const intent = decode(
      'order',
      raw({ ...sample, customer: { name: 'Ana' }, products: [{ ...sample.products[0], note: 'for Ana' }] }),
    );
    expect(JSON.stringify(intent)).not.toMatch(/Ana|29990|price/);
  });

  it('accepts an order id as number or text', () => {
    expect(order({ orderId: 1001 }).orderId).toBe('1001');
    expect(order({ orderId: '1001' }).orderId).toBe('1001');
  });

  it('sums several lines of one SKU, so that a line keeps its id when its product occurs again', () => {
    const products = [
      { sku: 'A', quantity: 1 },
      { sku: 'B', quantity: 5 },
      { sku: 'A', quantity: 2 },
      { sku: '__proto__', quantity: 1 },
    ];
    expect(order({ products }).lines).toEqual([
      { lineId: 'A', sku: 'A', quantity: 3 },
      { lineId: 'B', sku: 'B', quantity: 5 },
      { lineId: '__proto__', sku: '__proto__', quantity: 1 },
    ]);
  });

  it.each([
    ['2025-12-16T10:00:00Z', '2025-12-16T10:00:00.000Z'],
    ['2025-12-16T10:00:00', '2025-12-16T10:00:00.000Z'],
    ['2025-12-16 10:00:00', '2025-12-16T10:00:00.000Z'],
    ['2025-12-16T07:00:00-03:00', '2025-12-16T10:00:00.000Z'],
    ['2025-12-16T07:00:00-0300', '2025-12-16T10:00:00.000Z'],
    ['2025-12-16T10:00:00.1239Z', '2025-12-16T10:00:00.123Z'],
    ['2024-02-29T23:59Z', '2024-02-29T23:59:00.000Z'],
  ])('reads the time %s', (timestamp, expected) => {
    expect(new Date(order({ timestamp }).version).toISOString()).toBe(expected);
  });

  it('keeps an unknown status in its own words and guesses nothing', () => {
    expect(order({ status: ' Partially-Lost ' })).toMatchObject({ status: 'unknown', statusText: 'Partially-Lost' });
  });

  it.each([
    ['not JSON', 'hello', ['body']],
    ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), ['body']],
    ['nothing', '', ['body']],
    ['a list', [sample], ['body']],
    ['null', 'null', ['body']],
    ['a text', '"order"', ['body']],
    ['an empty object', {}, ['orderId', 'products', 'status', 'timestamp']],
    ['empty products', { ...sample, products: [] }, ['products']],
    ['products that are no list', { ...sample, products: { sku: 'A', quantity: 1 } }, ['products']],
    [
      'more than 500 products',
      { ...sample, products: Array.from({ length: 501 }, () => ({ sku: 'A', quantity: 1 })) },
      ['products'],
    ],
    [
      'products that are no objects',
      { ...sample, products: ['A', null] },
      ['products[0].sku', 'products[0].quantity', 'products[1].sku', 'products[1].quantity'],
    ],
    ['an order id that is missing', { ...sample, orderId: undefined }, ['orderId']],
    ['an order id that is too long', { ...sample, orderId: 'x'.repeat(101) }, ['orderId']],
    ['an order id that cannot be printed', { ...sample, orderId: 'a\u0007' }, ['orderId']],
    ['an order id that is an object', { ...sample, orderId: { constructor: 'x' } }, ['orderId']],
    [
      'an order id that lost digits',
      '{"orderId":12345678901234567890,"products":[{"sku":"A","quantity":1}],"status":"paid","timestamp":"2025-12-16T10:00:00Z"}',
      ['orderId'],
    ],
    ['a status that is no text', { ...sample, status: 3 }, ['status']],
    ['a time that is no time', { ...sample, timestamp: 'yesterday' }, ['timestamp']],
    ['a day that does not exist', { ...sample, timestamp: '2025-02-30T10:00:00Z' }, ['timestamp']],
    ['a time without a date', { ...sample, timestamp: '10:00:00' }, ['timestamp']],
    ['a time as a number', { ...sample, timestamp: 1765879200000 }, ['timestamp']],
    [
      'a time two days ahead',
      { ...sample, timestamp: new Date(Date.now() + 2 * 86_400_000).toISOString() },
      ['timestamp'],
    ],
  ])('is refused with the fields at fault: %s', (_what, body, fields) => {
    expect(faultyFields('order', body)).toEqual(fields);
  });

  it.each([0, -1, 1.5, '2', 1_000_001, null, true, [1], {}])('refuses the quantity %j', (quantity) => {
    expect(faults('order', { ...sample, products: [{ sku: 'A', quantity }] })).toEqual([
      { field: 'products[0].quantity', expected: 'a whole number, 1 or more, at most 1,000,000' },
    ]);
  });

  it.each(['', '  ', 'x'.repeat(101), 'a\nb', 'a\u0000', '\uD800', 7, null, ['a']])('refuses the SKU %j', (sku) => {
    expect(faultyFields('order', { ...sample, products: [{ sku, quantity: 1 }] })).toEqual(['products[0].sku']);
  });

  it.each([-1, '29990', true, {}])('refuses the price %j', (price) => {
    expect(faultyFields('order', { ...sample, products: [{ sku: 'A', quantity: 1, price }] })).toEqual([
      'products[0].price',
    ]);
  });

  it('names every wrong field at once', () => {
    const body = {
      orderId: '',
      products: [
        { sku: 'A', quantity: 1 },
        { sku: '', quantity: 0, price: -1 },
      ],
      status: '',
      timestamp: '',
    };
    expect(faultyFields('order', body)).toEqual([
      'orderId',
      'products[1].sku',
      'products[1].quantity',
      'products[1].price',
      'status',
      'timestamp',
    ]);
  });

  it('survives a body that is nested ten thousand times', () => {
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    expect(
      faultyFields(
        'order',
        `{"orderId":${deep},"products":[${deep}],"status":"paid","timestamp":"2025-12-16T10:00:00Z"}`,
      ),
    ).toEqual(['orderId', 'products[0].sku', 'products[0].quantity']);
  });

  it('ignores keys that would reach a prototype', () => {
    const products = '[{"sku":"A","quantity":1,"__proto__":{"quantity":9},"constructor":{"prototype":{"polluted":1}}}]';
    const body = `{"__proto__":{"polluted":1},"constructor":1,"orderId":"1","products":${products},"status":"paid","timestamp":"2025-12-16T10:00:00Z"}`;
    expect(decode('order', raw(body))).toMatchObject({ order: { lines: [{ sku: 'A', quantity: 1 }] } });
    expect(
      faultyFields(
        'order',
        '{"__proto__":{"orderId":"1"},"products":[{"sku":"A","quantity":1}],"status":"paid","timestamp":"2025-12-16T10:00:00Z"}',
      ),
    ).toEqual(['orderId']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('returns a valid intent or names a field, for any JSON', () => {
    const nearly = fc.record(
      {
        orderId: fc.oneof(fc.string(), fc.integer(), fc.jsonValue()),
        products: fc.oneof(
          fc.array(
            fc.record(
              {
                sku: fc.oneof(fc.string(), fc.jsonValue()),
                quantity: fc.oneof(fc.integer(), fc.jsonValue()),
                price: fc.jsonValue(),
              },
              { requiredKeys: [] },
            ),
          ),
          fc.jsonValue(),
        ),
        status: fc.oneof(fc.constantFrom('paid', 'CANCELED'), fc.jsonValue()),
        timestamp: fc.oneof(fc.constant('2025-12-16T10:00:00Z'), fc.string()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(nearly, fc.jsonValue()), (body) => {
        const found = faults('order', body);
        if (found.length > 0)
          return expect(found.every((fault) => fault.field !== '' && fault.expected !== '')).toBe(true);
        const { lines, version } = order(body as object);
        expect(lines.length).toBeGreaterThan(0);
        expect(lines.every((line) => Number.isSafeInteger(line.quantity) && line.quantity > 0)).toBe(true);
        expect(new Set(lines.map((line) => line.lineId)).size).toBe(lines.length);
        expect(Number.isSafeInteger(version)).toBe(true);
      }),
    );
  });
});

describe('a stock webhook', () => {
  it("states the channel's number", () => {
    expect(decode('stock', raw({ sku: 'PROD-001', quantity: 0 }))).toEqual({
      kind: 'channelStock',
      sku: 'PROD-001',
      quantity: 0,
    });
    expect(
      decode('stock', raw({ sku: 'PROD-001', quantity: 5, timestamp: '2025-12-16T10:00:00Z', seller: 'Ana' })),
    ).toEqual({
      kind: 'channelStock',
      sku: 'PROD-001',
      quantity: 5,
      observedAt: Date.UTC(2025, 11, 16, 10),
    });
  });

  it.each([
    [{}, ['sku', 'quantity']],
    [{ sku: 'A', quantity: -1 }, ['quantity']],
    [{ sku: 'A', quantity: '1' }, ['quantity']],
    [{ sku: 'A', quantity: 1.5 }, ['quantity']],
    [{ sku: '', quantity: 1 }, ['sku']],
    [{ sku: 'A', quantity: 1, timestamp: 'now' }, ['timestamp']],
  ])('is refused with the fields at fault: %j', (body, fields) => {
    expect(faultyFields('stock', body)).toEqual(fields);
  });
});

describe('a topic that does not exist', () => {
  it('is not found', () => {
    expect(() => decode('returns', raw({}))).toThrow(NotFoundError);
  });
});
