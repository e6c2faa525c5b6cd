import { type Answer, hmacOf, orderBody, SECRET } from './support/caller.js';
import { Shop } from './support/shop.js';
import { eventually } from './support/wait.js';

/** In every bad body, to search all stored documents for it. */
const MARKER = 'MARKER-6d1f';
const GOOD = orderBody(MARKER);
const KEY = 'a-key-of-the-warehouse-team';

type Bad = [what: string, body: unknown, fields: string[]];

const BAD_ORDERS: Bad[] = [
  ['no order id', { ...GOOD, orderId: undefined }, ['orderId']],
  ['an empty order id', { ...GOOD, orderId: '' }, ['orderId']],
  ['an order id with control characters', { ...GOOD, orderId: `${MARKER}\u0000` }, ['orderId']],
  ['an order id that is an object', { ...GOOD, orderId: { $ne: MARKER } }, ['orderId']],
  ['no products', { ...GOOD, products: undefined }, ['products']],
  ['an empty list of products', { ...GOOD, products: [] }, ['products']],
  ['products that are no list', { ...GOOD, products: MARKER }, ['products']],
  ['a product without a SKU', { ...GOOD, products: [{ quantity: 1 }] }, ['products[0].sku']],
  ['a quantity of nothing', { ...GOOD, products: [{ sku: MARKER, quantity: 0 }] }, ['products[0].quantity']],
  ['a quantity below nothing', { ...GOOD, products: [{ sku: MARKER, quantity: -1 }] }, ['products[0].quantity']],
  ['half a unit', { ...GOOD, products: [{ sku: MARKER, quantity: 1.5 }] }, ['products[0].quantity']],
  ['a quantity in words', { ...GOOD, products: [{ sku: MARKER, quantity: '2' }] }, ['products[0].quantity']],
  [
    'the second of two products at fault',
    { ...GOOD, products: [...GOOD.products, { sku: MARKER, quantity: 0 }] },
    ['products[1].quantity'],
  ],
  ['no status', { ...GOOD, status: undefined }, ['status']],
  ['no timestamp', { ...GOOD, timestamp: undefined }, ['timestamp']],
  ['a timestamp that is none', { ...GOOD, timestamp: 'yesterday' }, ['timestamp']],
  ['everything at fault', { note: MARKER }, ['orderId', 'products', 'status', 'timestamp']],
  ['a list', [GOOD], ['body']],
  ['no JSON', `{"orderId":"${MARKER}"`, ['body']],
  ['nothing', '', ['body']],
];

const BAD_STOCK: Bad[] = [
  ['no SKU', { quantity: 1, note: MARKER }, ['sku']],
  ['no quantity', { sku: MARKER }, ['quantity']],
  ['a quantity below nothing', { sku: MARKER, quantity: -1 }, ['quantity']],
  ['a timestamp that is none', { sku: MARKER, quantity: 1, timestamp: 'soon' }, ['timestamp']],
];

const BAD_CHANGES: Bad[] = [
  ['no quantity', { sku: 'PROD-001', reason: MARKER }, ['quantity']],
  ['a quantity of nothing', { sku: 'PROD-001', quantity: 0 }, ['quantity']],
  ['a quantity below nothing', { sku: 'PROD-001', quantity: -2 }, ['quantity']],
  ['half a unit', { sku: 'PROD-001', quantity: 1.5 }, ['quantity']],
  ['a quantity in words', { sku: 'PROD-001', quantity: '3' }, ['quantity']],
  ['no SKU', { quantity: 1 }, ['sku']],
  ['a warehouse that there is not', { sku: 'PROD-001', quantity: 1, warehouse: MARKER }, ['warehouse']],
];

describe('an incoming request', () => {
  let shop: Shop;
  let counts: Record<string, number>;

  const stored = async () => {
    const names = [...(await shop.books.dump()).keys()]
      .filter((name) => name !== 'logs' && name !== 'log_kinds')
      .sort();
    return Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await shop.books.count(name)] as const)),
    );
  };

  beforeAll(async () => {
    shop = await Shop.ready({
      label: 'intake',
      env: { API_KEYS: `warehouse:${KEY},viewer:a-key-that-only-reads:read` },
    });
    counts = await stored();
  });
  afterAll(async () => shop?.close());

  const isProblem = (answer: Answer, status: number) => {
    expect(answer.status).toBe(status);
    expect(answer.type).toContain('application/problem+json');
    expect(answer.body).toMatchObject({
      status,
      type: expect.stringMatching(/^\/problems\//) as string,
      title: expect.any(String) as string,
    });
  };
  const fieldsOf = (answer: Answer) => (answer.body.errors as { field: string }[]).map(({ field }) => field);
  const signed = { 'x-falabella-signature': SECRET };
  const keyed = { 'x-api-key': KEY };

  /** Nothing but logs was stored, and neither the body nor a secret is anywhere. */
  const nothingStored = async (...texts: string[]) => {
    expect(await stored()).toEqual(counts);
    await shop.call.get('/');
    for (const [name, text] of await shop.books.dump()) {
      for (const hidden of [SECRET, KEY, ...texts])
        expect({ name, hidden, found: text.includes(hidden) }).toEqual({ name, hidden, found: false });
    }
  };

  describe('that is refused', () => {
    it.each(BAD_ORDERS)('is an order with %s, answered with the fields at fault', async (_what, body, fields) => {
      const answer = await shop.call.post('/falabella/webhook/order', body, signed);
      isProblem(answer, 400);
      expect(fieldsOf(answer).sort()).toEqual([...fields].sort());
    });

    it.each(BAD_STOCK)(
      "is a channel's stock with %s, answered with the fields at fault",
      async (_what, body, fields) => {
        const answer = await shop.call.post('/falabella/webhook/stock', body, signed);
        isProblem(answer, 400);
        expect(fieldsOf(answer)).toEqual(fields);
      },
    );

    it.each(BAD_CHANGES)(
      'is a change of stock with %s, answered with the fields at fault',
      async (_what, body, fields) => {
        for (const kind of ['reduce', 'increase']) {
          const answer = await shop.call.post(`/erp/stock/${kind}`, body, keyed);
          isProblem(answer, 400);
          expect(fieldsOf(answer)).toEqual(fields);
        }
      },
    );

    it('is a body of more than 1 MB', async () => {
      const answer = await shop.call.post(
        '/falabella/webhook/order',
        JSON.stringify({ ...GOOD, note: 'x'.repeat(1_100_000) }),
        signed,
      );
      isProblem(answer, 413);
    });

    it.each([
      ['no signature', {}],
      ['a wrong secret', { 'x-falabella-signature': 'another_secret' }],
      ['the HMAC of another body', { 'x-falabella-signature': hmacOf('{}') }],
      ['an HMAC made with another secret', { 'x-falabella-signature': hmacOf(JSON.stringify(GOOD), 'another_secret') }],
    ])('is an order with %s, which is counted in the logs', async (_what, headers) => {
      const count = async () =>
        (await shop.call.logsAs(KEY, '/logs?action=webhook.order&status=error&limit=200')).filter(
          (line) => line.response?.status === 401,
        ).length;
      const before = await count();
      const answer = await shop.call.order(GOOD, headers);
      isProblem(answer, 401);
      expect(JSON.stringify(answer.body)).not.toContain(SECRET);
      await eventually('it is counted', async () => expect(await count()).toBe(before + 1));
    });

    it("is one of Falabella's own webhooks on the wrong route, with the right route in the answer", async () => {
      const answer = await shop.call.order(
        JSON.stringify({ event: 'onOrderCreated', payload: { OrderId: MARKER } }),
        {},
      );
      isProblem(answer, 401);
      expect(answer.body.detail).toContain('/falabella/webhook/');
    });

    it.each(['', '?token=', '?token=another_secret'])("is Odoo's webhook without its secret (%p)", async (query) => {
      isProblem(await shop.call.post(`/odoo/webhook/stock-change${query}`, { sku: MARKER, quantity: 1 }), 401);
    });

    it('is a webhook of Odoo about another model', async () => {
      const answer = await shop.call.post(`/odoo/webhook/stock-change?token=${SECRET}`, {
        _model: 'res.partner',
        _id: 3,
        note: MARKER,
      });
      isProblem(answer, 400);
      expect(fieldsOf(answer)).toEqual(['_model']);
    });

    it('has no key, or a read-only one', async () => {
      for (const path of ['/logs', '/erp/stock/PROD-001', '/logs/order/1']) isProblem(await shop.call.get(path), 401);
      const change = { sku: 'PROD-001', quantity: 1, reason: MARKER };
      isProblem(await shop.call.post('/erp/stock/reduce', change), 401);
      isProblem(
        await shop.call.post('/erp/stock/reduce', change, { Authorization: 'Bearer a-key-that-only-reads' }),
        403,
      );
      expect((await shop.call.get('/logs', { Authorization: 'Bearer a-key-that-only-reads' })).status).toBe(200);
    });

    it('leaves only logs, without bodies or secrets', async () => {
      await nothingStored('another_secret', 'a-key-that-only-reads');
      for (const [name, text] of await shop.books.dump())
        expect({ name, found: name !== 'logs' && text.includes(MARKER) }).toEqual({ name, found: false });
    });
  });

  describe('that is accepted', () => {
    it('has the HMAC of its exact bytes', async () => {
      const body = JSON.stringify(orderBody('FAL-HMAC'));
      expect(await shop.call.order(body, { 'x-falabella-signature': hmacOf(body) })).toMatchObject({
        status: 200,
        body: { status: 'accepted' },
      });
    });

    it('stores nothing of the customer', async () => {
      const body = {
        ...orderBody('FAL-CUSTOMER'),
        customer: { name: 'PRIVATE-NAME', email: 'private@example.com' },
        note: 'PRIVATE-NOTE',
      };
      expect((await shop.call.post('/falabella/webhook/order', body, signed)).status).toBe(200);
      await shop.agrees(['PROD-001']);
      for (const [name, text] of await shop.books.dump()) {
        for (const hidden of ['PRIVATE-NAME', 'private@example.com', 'PRIVATE-NOTE', SECRET, KEY]) {
          expect({ name, hidden, found: text.includes(hidden) }).toEqual({ name, hidden, found: false });
        }
      }
    });
  });
});
