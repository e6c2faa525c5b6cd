import { type Answer, orderBody } from './support/caller.js';
import { Shop } from './support/shop.js';
import { eventually } from './support/wait.js';

describe('goods of a cancelled order', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.ready({ label: 'returns', env: { ODOO_TIMEOUT_MS: '2000' } });
  });
  afterAll(async () => shop?.close());

  const say = (order: string, body: object, key?: string): Promise<Answer> =>
    shop.call.post(
      `/orders/${encodeURIComponent(order)}/returned`,
      body,
      key === undefined ? {} : { 'Idempotency-Key': key },
    );
  const isAsked = async (orderId: string) =>
    (await shop.books.alerts()).includes(`return_unresolved falabella/${orderId}`);
  /** Delivered, and then not sold any more. */
  const cancelledAfterDelivery = async (orderId: string, products: { sku: string; quantity: number }[]) => {
    await shop.call.order(orderBody(orderId, { products }));
    await eventually('it is delivered', async () => {
      const { holds } = await shop.books.order(orderId);
      expect(holds.length > 0 && holds.every((hold) => hold.ended === 'committed')).toBe(true);
    });
    await shop.call.order(orderBody(orderId, { status: 'cancelled', products, version: 1 }));
    await eventually('it is asked for', async () => expect(await isAsked(orderId)).toBe(true));
  };

  it('are booked in Odoo when they are back, and are no longer asked for', async () => {
    const { onHand } = shop.product('PROD-001');
    await cancelledAfterDelivery('BACK-1', [{ sku: 'PROD-001', quantity: 4 }]);
    const answer = await say('BACK-1', { goodsBack: true, reason: 'unopened' });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        status: 'done',
        order: 'falabella/BACK-1',
        returned: [{ sku: 'PROD-001', units: 4 }],
        outstanding: [],
        lines: [{ sku: 'PROD-001', warehouse: 'main', before: onHand - 4, after: onHand }],
      },
    });
    await shop.agrees(['PROD-001']);
    expect(shop.product('PROD-001').onHand).toBe(onHand);
    expect(await isAsked('BACK-1')).toBe(false);
    expect((await shop.books.movementsOf('BACK-1')).map(({ kind }) => kind)).toEqual(['reserve', 'commit', 'adjust']);
    expect(await say('BACK-1', { goodsBack: true })).toMatchObject({
      status: 409,
      body: { type: '/problems/not-asked-for', outstanding: [] },
    });
    expect((await shop.call.storyOf('BACK-1')).map((line) => line.action)).toContain('order.returned');
  });

  it('may be back in part and lost in part', async () => {
    const [one, two] = [shop.product('PROD-002').onHand, shop.product('PROD-003').onHand];
    const products = [
      { sku: 'PROD-002', quantity: 5 },
      { sku: 'PROD-003', quantity: 1 },
    ];
    await cancelledAfterDelivery('BACK-2', products);
    expect((await say('BACK-2', { goodsBack: true, units: 2 })).status).toBe(400);
    expect(await say('BACK-2', { goodsBack: true, sku: 'PROD-002', units: 2 })).toMatchObject({
      status: 200,
      body: {
        outstanding: [
          { sku: 'PROD-002', units: 3 },
          { sku: 'PROD-003', units: 1 },
        ],
      },
    });
    expect(await isAsked('BACK-2')).toBe(true);
    expect((await say('BACK-2', { goodsBack: true, sku: 'PROD-002', units: 4 })).status).toBe(409);
    expect(await say('BACK-2', { goodsBack: false, sku: 'PROD-002' })).toMatchObject({
      status: 200,
      body: { lines: [] },
    });
    expect((await say('BACK-2', { goodsBack: true })).body).toMatchObject({
      returned: [{ sku: 'PROD-003', units: 1 }],
      outstanding: [],
    });
    await shop.agrees(['PROD-002', 'PROD-003']);
    expect([shop.product('PROD-002').onHand, shop.product('PROD-003').onHand]).toEqual([one - 3, two]);
    expect(await isAsked('BACK-2')).toBe(false);
  });

  it('come back once, however often and by whomever it is confirmed', async () => {
    const { onHand } = shop.product('PROD-004');
    await cancelledAfterDelivery('BACK-3', [{ sku: 'PROD-004', quantity: 2 }]);
    const answers = await Promise.all([
      say('BACK-3', { goodsBack: true }, 'a'),
      say('BACK-3', { goodsBack: true }, 'a'),
      say('BACK-3', { goodsBack: true }),
    ]);
    expect(
      answers
        .map(({ status }) => status)
        .sort()
        .at(0),
    ).toBe(200);
    await shop.agrees(['PROD-004']);
    expect(shop.product('PROD-004').onHand).toBe(onHand);
    expect((await shop.books.movementsOf('BACK-3')).filter(({ kind }) => kind === 'adjust')).toHaveLength(1);
  });

  it('wait while Odoo is unreachable, and are booked once when it is back', async () => {
    const { onHand } = shop.product('PROD-005');
    await cancelledAfterDelivery('BACK-5', [{ sku: 'PROD-005', quantity: 2 }]);
    shop.sandbox.world.faults.add({ path: '/odoo/*', times: 0, drop: 'before' });
    const answer = await say('BACK-5', { goodsBack: true });
    expect([answer.status, answer.headers.get('location')]).toEqual([202, answer.body.href]);
    shop.sandbox.world.faults.clear();
    await eventually('it is done', async () =>
      expect((await shop.call.get(String(answer.body.href))).body).toMatchObject({ kind: 'return', status: 'done' }),
    );
    await shop.agrees(['PROD-005']);
    expect(shop.product('PROD-005').onHand).toBe(onHand);
  });

  it.each([
    ['nothing', {}, 400],
    ['something else than yes or no', { goodsBack: 'yes' }, 400],
    ['no units', { goodsBack: true, units: 0 }, 400],
    ['a place for what is gone', { goodsBack: false, warehouse: 'main' }, 400],
    ['a place that is none', { goodsBack: true, warehouse: 'moon' }, 400],
    ['a SKU that it never had', { goodsBack: true, sku: 'PROD-999' }, 409],
  ])('are refused with %s', async (_name, body, status) => {
    expect(await say('BACK-1', body)).toMatchObject({
      status,
      type: expect.stringContaining('problem+json') as string,
    });
  });

  it('are answered 404 for an unknown order', async () => {
    expect((await say('NOBODY', { goodsBack: true })).status).toBe(404);
  });

  // Last, because the channel does not sell this SKU, so that its refused pushes repeat.
  it('are counted by the ledger where it is the master', async () => {
    const count = { sku: 'OWN-BACK', quantity: 9, mode: 'absolute', reason: 'counted', master: 'ledger' };
    expect((await shop.call.post('/stock/adjustments', count)).status).toBe(200);
    await cancelledAfterDelivery('BACK-4', [{ sku: 'OWN-BACK', quantity: 3 }]);
    const before = shop.sandbox.state().odoo.pickings.length;
    expect(await say('falabella/BACK-4', { goodsBack: true })).toMatchObject({
      status: 200,
      body: { lines: [{ sku: 'OWN-BACK', before: 6, after: 9 }] },
    });
    expect(shop.sandbox.state().odoo.pickings).toHaveLength(before);
  });
});
