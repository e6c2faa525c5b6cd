import { orderBody, SECRET, type LogLine } from './support/caller.js';
import { Shop } from './support/shop.js';
import { eventually } from './support/wait.js';

/** As publicly documented, byte for byte. */
const DOCUMENTED =
  '{"orderId":"FAL-12345","products":[{"sku":"PROD-001","quantity":2,"price":29990}],"status":"confirmed","timestamp":"2025-12-16T10:00:00Z"}';

const actions = (story: readonly LogLine[]) => story.map((line) => line.action);

describe('a sale and a stock change', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.ready({ label: 'flows' });
  });
  afterAll(async () => shop?.close());

  it('carries the documented order from its webhook to Odoo and to every channel', async () => {
    const before = shop.product('PROD-001');
    const answer = await shop.call.order(DOCUMENTED, { 'x-falabella-signature': SECRET });
    expect(answer).toMatchObject({
      status: 200,
      body: { status: 'accepted', eventId: expect.stringMatching(/^evt_/) as string },
    });
    await shop.agrees(['PROD-001']);

    expect(shop.product('PROD-001')).toMatchObject({ onHand: before.onHand - 2, free: before.free - 2 });
    expect(await shop.books.entry('PROD-001')).toMatchObject({ quantity: before.onHand - 2, reserved: 0 });
    expect(shop.shownAtFalabella('PROD-001')).toBe(before.onHand - 2);
    expect(shop.deliveriesOf('FAL-12345')).toEqual(['1 done']);
    expect((await shop.books.movementsOf('FAL-12345')).map(({ kind }) => kind)).toEqual(['reserve', 'commit']);
  });

  it('shows the whole timeline of that order, with durations and one correlation id from the webhook to the last push', async () => {
    await eventually('the push was accepted', async () =>
      expect(actions(await shop.call.storyOf('FAL-12345'))).toContain('stock.accepted'),
    );
    const story = await shop.call.storyOf('FAL-12345');
    const [webhook] = story.filter((line) => line.action === 'webhook.order');
    expect(webhook?.steps.map((step) => step.step)).toEqual(['received', 'verified', 'stored']);
    const first = (action: string) => actions(story).indexOf(action);
    const order = ['webhook.order', 'order.reserved', 'order.delivered', 'stock.pushed', 'stock.accepted'];
    for (const action of order) expect(actions(story)).toContain(action);
    expect(first('order.reserved')).toBeLessThan(first('order.delivered'));
    for (const line of story) {
      expect(line.duration).toBeGreaterThanOrEqual(0);
      // The sweeper looked, and there was nothing to do any more.
      if (line.response?.open === false) continue;
      expect(line.correlationIds ?? [line.correlationId]).toContain(webhook?.correlationId);
    }
    expect(story.filter((line) => line.service === 'odoo').length).toBeGreaterThan(0);
    expect(
      story.filter((line) => line.service === 'falabella' && line.action !== 'webhook.order').length,
    ).toBeGreaterThan(0);
  });

  it('shows the sale in the stock of Odoo and of the ledger', async () => {
    const { onHand } = shop.product('PROD-001');
    const { status, body } = await shop.call.get('/erp/stock/PROD-001');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      sku: 'PROD-001',
      erp: { onHand, free: onHand, heldByUs: 0, heldByOthers: 0 },
      ledger: { quantity: onHand, reserved: 0, available: onHand },
    });
    expect(body).not.toHaveProperty('stale');
  });

  it('takes a stock change in Odoo into the ledger and publishes it to Falabella', async () => {
    await shop.sandbox.world.odooPlays.count({ sku: 'PROD-002', quantity: 41 });
    await eventually('the ledger has it', async () =>
      expect(await shop.books.entry('PROD-002')).toMatchObject({ quantity: 41 }),
    );
    await shop.agrees(['PROD-002']);
    expect(shop.shownAtFalabella('PROD-002')).toBe(41);
    const [change] = (await shop.books.movements({ sku: 'PROD-002' })).slice(-1);
    expect(change).toMatchObject({ kind: 'adjust', quantity: 41, cause: { type: 'observation', connection: 'odoo' } });
    const story = await shop.call.logs(`/logs?correlationId=${change?.cause.correlationId}`);
    expect(actions(story)).toEqual(expect.arrayContaining(['webhook.stock-change', 'stock.observed', 'stock.pushed']));
  });

  it('trusts Odoo and not the number in a webhook', async () => {
    shop.sandbox.settings.odoo.webhooks = false;
    await shop.sandbox.world.odooPlays.count({ sku: 'PROD-003', quantity: 17 });
    shop.sandbox.settings.odoo.webhooks = true;
    const answer = await shop.call.post(
      '/odoo/webhook/stock-change',
      { sku: 'PROD-003', quantity: 99 },
      { 'x-odoo-webhook-secret': SECRET },
    );
    expect(answer).toMatchObject({ status: 200, body: { status: 'accepted' } });
    await eventually('the ledger has it', async () =>
      expect(await shop.books.entry('PROD-003')).toMatchObject({ quantity: 17 }),
    );
    await shop.agrees(['PROD-003']);
  });

  it('observes Odoo again when identical bytes stand for another change', async () => {
    const body = JSON.stringify({ sku: 'PROD-004', quantity: 5 });
    const tell = () => shop.call.post(`/odoo/webhook/stock-change?token=${SECRET}`, body);
    shop.sandbox.settings.odoo.webhooks = false;
    await shop.sandbox.world.odooPlays.count({ sku: 'PROD-004', quantity: 5 });
    expect((await tell()).body.status).toBe('accepted');
    await eventually('the first is seen', async () =>
      expect(await shop.books.entry('PROD-004')).toMatchObject({ quantity: 5 }),
    );
    await shop.sandbox.world.odooPlays.count({ sku: 'PROD-004', quantity: 8 });
    expect((await tell()).body.status).toBe('duplicate');
    shop.sandbox.settings.odoo.webhooks = true;
    await eventually('the second is seen', async () =>
      expect(await shop.books.entry('PROD-004')).toMatchObject({ quantity: 8 }),
    );
    await shop.agrees(['PROD-004']);
  });

  it('corrects Falabella when it shows another number, and leaves the ledger alone', async () => {
    const { available, seq } = await shop.books.entry('PROD-005');
    shop.sandbox.world.falabella.state.products['PROD-005'] = drifted(shop, 'PROD-005', 3);
    const answer = await shop.call.post(
      '/falabella/webhook/stock',
      { sku: 'PROD-005', quantity: 3 },
      { 'x-falabella-signature': SECRET },
    );
    expect(answer).toMatchObject({ status: 200, body: { status: 'accepted' } });
    await eventually('Falabella shows it', () => expect(shop.shownAtFalabella('PROD-005')).toBe(available));
    await shop.agrees(['PROD-005']);
    expect((await shop.books.entry('PROD-005')).seq).toBe(seq);
  });

  it('serves an order of several products, one of them on two lines', async () => {
    const products = [
      { sku: 'PROD-006', quantity: 1 },
      { sku: "SILLÓN (AZUL) 3/4*'!", quantity: 2 },
      { sku: 'PROD-006', quantity: 3 },
    ];
    const before = shop.product('PROD-006').onHand;
    await shop.call.order(orderBody('FAL-LINES', { products }));
    await shop.agrees(['PROD-006', "SILLÓN (AZUL) 3/4*'!"]);
    expect(shop.product('PROD-006').onHand).toBe(before - 4);
    expect(shop.deliveriesOf('FAL-LINES')).toEqual(['1 done']);
  });
});

function drifted(shop: Shop, sku: string, quantity: number) {
  const product = structuredClone(shop.sandbox.world.falabella.state.products[sku]);
  if (!product) throw new Error(`Falabella has no ${sku}`);
  for (const stock of Object.values(product.warehouses)) if (stock.quantity > 0) stock.quantity = quantity;
  return product;
}
