import { orderBody } from './support/caller.js';
import { ViewedShop } from './support/viewed-shop.js';
import { eventually } from './support/wait.js';
import { type StockDetails } from '../src/views/stock/stock-details.dto.js';
import { type StockItem } from '../src/views/stock/stock-queries.dto.js';
import { type TimelineItem } from '../src/views/timeline/timeline-item.dto.js';

describe('the views of stock', () => {
  let shop: ViewedShop;

  beforeAll(async () => {
    shop = await ViewedShop.ready('views_stock');
  });
  afterAll(async () => shop?.close());

  const card = (sku: string) => shop.get<StockDetails>(`/stock/${encodeURIComponent(sku)}`);
  const sell = async (orderId: string, quantity: number, status: string, { sku = 'PROD-001', version = 0 } = {}) => {
    const answer = await shop.call.order(orderBody(orderId, { products: [{ sku, quantity }], status, version }));
    expect(answer.status).toBe(200);
  };

  it('are listed SKU by SKU, page by page without gap or repeat', async () => {
    const whole = await shop.all<StockItem>('/stock', 200);
    expect(whole.length).toBe(await shop.books.count('stock_entries'));
    expect(await shop.all<StockItem>('/stock', 3)).toEqual(whole);
    expect(whole.map((item) => item.sku)).toEqual(whole.map((item) => item.sku).sort());
    const entry = await shop.books.entry('PROD-003');
    expect(whole.find((item) => item.sku === 'PROD-003')).toMatchObject({
      warehouse: 'main',
      quantity: entry.quantity,
      available: entry.available,
      master: 'odoo',
      problem: null,
    });
  });

  it("are filtered by the SKU's prefix, the available units, the warehouse and the last movement", async () => {
    const skus = async (query: string) => (await shop.all<StockItem>(`/stock?${query}`, 50)).map((item) => item.sku);
    expect(await skus('sku=PROD-00')).toEqual(expect.arrayContaining(['PROD-001', 'PROD-009']));
    expect(await skus('sku=PROD-00')).not.toContain('PROD-010');
    expect(await skus('sku=prod')).toEqual([]);
    expect(await skus('warehouse=nowhere')).toEqual([]);
    const whole = await shop.all<StockItem>('/stock?warehouse=main', 200);
    const few = whole.filter((item) => item.available < 20).map((item) => item.sku);
    expect(await skus('below=20')).toEqual(few);
    expect(await skus('oversold=true')).toEqual([]);
    const before = new Date();
    await sell('V-MOVED', 1, 'pending', { sku: 'PROD-007' });
    await shop.quiet();
    expect(await skus(`changedSince=${before.toISOString()}`)).toEqual(['PROD-007']);
  });

  it('name the orders behind reserved units, until they are delivered or released', async () => {
    await sell('V-1', 2, 'pending');
    await sell('V-2', 3, 'pending');
    await shop.quiet();
    const held = await card('PROD-001');
    expect(held.reservations).toMatchObject([
      {
        by: 'order',
        id: 'falabella/V-1',
        orderId: 'V-1',
        connection: 'falabella',
        status: 'created',
        units: 2,
        warehouse: 'main',
      },
      { by: 'order', id: 'falabella/V-2', units: 3 },
    ]);
    expect(held.totals).toMatchObject({ reserved: 5, unexplained: 0 });
    expect(held.entries).toMatchObject([{ warehouse: 'main', reserved: 5, unexplained: 0, seen: [{ heldByUs: 0 }] }]);

    await sell('V-1', 2, 'cancelled', { version: 1 });
    await sell('V-2', 3, 'confirmed', { version: 1 });
    await shop.quiet();
    const after = await card('PROD-001');
    expect(after.reservations).toEqual([]);
    expect(after.totals).toEqual({
      quantity: held.totals.quantity - 3,
      reserved: 0,
      available: held.totals.quantity - 3,
      unexplained: 0,
    });
  });

  it('explain every unit at every moment of a rush', async () => {
    const orders = Array.from({ length: 12 }, (_, i) => `V-RUSH-${i}`);
    let rushing = true;
    const rush = Promise.all(
      orders.map(async (orderId, i) => {
        await sell(orderId, 1 + (i % 3), 'pending', { sku: 'PROD-002' });
        await sell(orderId, 1 + (i % 3), i % 2 === 0 ? 'cancelled' : 'confirmed', { sku: 'PROD-002', version: 1 });
      }),
    )
      .then(() => shop.quiet())
      .finally(() => (rushing = false));
    const seen: StockDetails[] = [];
    while (rushing) seen.push(await card('PROD-002'));
    await rush;
    seen.push(await card('PROD-002'));
    for (const { totals, reservations, entries } of seen) {
      expect(reservations.reduce((sum, one) => sum + one.units, 0)).toBe(totals.reserved);
      expect(entries.map((entry) => entry.unexplained)).toEqual([0]);
    }
    expect(Math.max(...seen.map(({ totals }) => totals.reserved))).toBeGreaterThan(0);
    expect(seen.at(-1)?.totals.reserved).toBe(0);
  });

  it('report units that are reserved without an owner', async () => {
    await sell('V-LOST', 4, 'pending', { sku: 'PROD-004' });
    await shop.quiet();
    await shop.running.connection.collection('orders').deleteOne({ orderId: 'V-LOST' });
    expect((await card('PROD-004')).totals).toMatchObject({ reserved: 4, unexplained: 4 });
  });

  it('show target, published, accepted and observed number of each channel', async () => {
    await eventually('the number is accepted', async () =>
      expect((await card('PROD-001')).listings[0]?.accepted).toBe(true),
    );
    const { totals, listings } = await card('PROD-001');
    expect(listings).toMatchObject([
      {
        id: 'falabella/PROD-001',
        connection: 'falabella',
        sku: 'PROD-001',
        parts: null,
        wantedState: 'number',
        wanted: { quantity: totals.available },
        published: { quantity: totals.available, state: 'accepted' },
        observed: { quantity: expect.any(Number) as number },
        error: null,
        waiting: null,
      },
    ]);
  });

  it("show a SKU's timeline newest first: movements and their reasons, pushes, observations", async () => {
    const story = await shop.all<TimelineItem>('/stock/PROD-001/timeline', 200);
    const moved = story.filter((item) => item.type === 'movement');
    expect(moved.map((item) => item.seq)).toEqual(moved.map((_, i) => moved.length - i));
    expect(moved.map((item) => `${item.kind} ${item.cause.orderId}`)).toEqual(
      expect.arrayContaining(['reserve V-1', 'release V-1', 'reserve V-2', 'commit V-2', 'sync_in null']),
    );
    for (const item of moved) expect(item.available).toBe(item.quantity - item.reserved);
    const told = story.filter((item) => item.type === 'published');
    expect(told[0]).toMatchObject({
      connection: 'falabella',
      state: 'accepted',
      quantity: moved[0]?.available,
      reason: null,
    });
    expect(told.flatMap((item) => item.orderIds)).toEqual(expect.arrayContaining(['V-1', 'V-2']));
    const seen = story.filter((item) => item.type === 'observed');
    expect(seen).toMatchObject([{ connection: 'falabella', before: null, seenBy: 'catalogue' }]);
    expect(await shop.all<TimelineItem>('/stock/PROD-001/timeline', 2)).toEqual(story);
  });

  it("include a channel's observed numbers and refusals in the same timeline", async () => {
    shop.sandbox.settings.falabella.failSkus = ['PROD-005'];
    await sell('V-REFUSED', 1, 'confirmed', { sku: 'PROD-005' });
    await eventually('it is refused', async () =>
      expect((await card('PROD-005')).listings[0]?.error).toEqual(expect.stringContaining('PROD-005')),
    );
    const headers = { 'x-falabella-signature': 'your_webhook_secret' };
    const report = { sku: 'PROD-005', quantity: 77, timestamp: new Date(Date.now() + 1_000).toISOString() };
    expect((await shop.call.post('/falabella/webhook/stock', report, headers)).status).toBe(200);
    await eventually('it is seen', async () => {
      const story = await shop.all<TimelineItem>('/stock/PROD-005/timeline', 200);
      expect(story.filter((item) => item.type === 'observed')[0]).toMatchObject({ quantity: 77, seenBy: 'webhook' });
      expect(story.filter((item) => item.type === 'published').map((item) => item.state)).toContain('refused');
    });
    shop.sandbox.settings.falabella.failSkus = [];
  });

  it('answer 404 for an unknown SKU, and name what is wrong with a query', async () => {
    expect((await shop.call.get('/stock/NOBODY')).status).toBe(404);
    expect((await shop.call.get('/stock/NOBODY/timeline')).status).toBe(404);
    expect(await shop.wrongFields(shop.call.get(`/stock/${'x'.repeat(101)}`))).toEqual(['sku']);
    for (const query of [
      'below=many',
      'oversold=perhaps',
      'changedSince=then',
      'limit=201',
      'cursor=abc',
      'sku=',
      'colour=red',
    ])
      expect(await shop.wrongFields(shop.call.get(`/stock?${query}`))).toEqual([query.split('=')[0]]);
    expect(await shop.wrongFields(shop.call.get('/stock?below=3&oversold=true'))).toEqual(['below']);
    expect(await shop.wrongFields(shop.call.get('/stock/PROD-001/timeline?cursor=W10'))).toEqual(['cursor']);
  });
});
