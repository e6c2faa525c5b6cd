import { WarehousesService } from '../src/connections/warehouses/warehouses.service.js';
import { WarehouseSetup } from '../src/onboarding/warehouses/warehouse-setup.service.js';
import { newProduct } from '../sandbox/falabella/state.js';
import { addToOdoo } from './support/many-products.js';
import { Caller, orderBody } from './support/caller.js';
import { runApp } from './support/running-app.js';
import { Shop } from './support/shop.js';
import { eventually, waitFor } from './support/wait.js';

const SKUS = ['SOLO-1', 'SOLO-2', 'SOLO-3', 'SOLO-4', 'SOLO-5'] as const;
const AT_FALABELLA = 7;

/** The ERP that feeds a warehouse is the master of every SKU there, unless a person says otherwise of one. */
describe('who decides how much there is of a SKU', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.open({ label: 'hand_over', settings: { odoo: { warehouses: 2 } } });
    SKUS.forEach((sku, position) => {
      shop.sandbox.world.falabella.state.products[sku] = newProduct(
        { sku, name: sku, price: 1_000, quantity: AT_FALABELLA },
        2_000 + position,
      );
    });
    await shop.start();
    await waitFor(
      'the catalogue is read',
      async () => (await shop.books.count('listings')) >= shop.sandbox.state().falabella.stock.length,
    );
    await quiet();
  });
  afterAll(async () => shop?.close());

  const count = (sku: string, quantity: number, more: object = {}) =>
    shop.call.post('/stock/adjustments', { sku, quantity, mode: 'absolute', reason: 'counted', ...more });
  const handOver = (sku: string, master: string, more: object = {}) =>
    shop.call.post('/stock/hand-over', { sku, master, reason: 'it is there now', ...more });
  const imported = async (content: string, query = '') => {
    const { status, body } = await shop.call.post(`/stock/import${query}`, content, { 'Content-Type': 'text/csv' });
    expect(status).toBe(200);
    return (body.lines as { items: unknown }).items;
  };
  const sell = async (orderId: string, sku: string, quantity: number, change: object = {}) =>
    expect(await shop.call.order(orderBody(orderId, { products: [{ sku, quantity }], ...change }))).toMatchObject({
      status: 200,
    });
  const entry = (sku: string) => shop.books.entry(sku);
  const quiet = () => shop.settled((open) => open.filter((work) => !work.includes('no active product')));
  const shows = (sku: string, units: number) =>
    eventually(`Falabella shows ${units}`, () => expect(shop.shownAtFalabella(sku)).toBe(units));
  const findings = async () => {
    const { body } = await shop.call.post('/reconcile', { connection: 'odoo' });
    await eventually('it was compared', async () =>
      expect((await shop.call.get(`/runs/${String(body.runId)}`)).body).toMatchObject({ state: 'done' }),
    );
    const { items } = (await shop.call.get(`/runs/${String(body.runId)}?outcome=kept`)).body as {
      items: { sku: string; ours: number }[];
    };
    return items.map(({ sku, ours }) => `${sku} ${ours}`);
  };

  it('is the ERP: neither a count nor a file begins what it does not know', async () => {
    const [sku] = SKUS;
    expect(await count(sku, 500)).toMatchObject({ status: 404 });
    expect(await imported(`sku,quantity\n${sku},500\n`)).toMatchObject([
      { outcome: 'refused', errors: [{ field: 'sku' }] },
    ]);
    expect(await shop.db.collection('stock_entries').countDocuments({ sku, seq: { $gt: 0 } })).toBe(0);
    expect(shop.shownAtFalabella(sku)).toBe(AT_FALABELLA);
  });

  it('is the ledger where a person says so of one, by a count or by a file', async () => {
    expect(await count(SKUS[0], 500, { master: 'ledger' })).toMatchObject({ status: 200 });
    expect(await imported(`sku,quantity\n${SKUS[1]},30\n`, '?master=ledger')).toMatchObject([{ outcome: 'created' }]);
    expect(await entry(SKUS[0])).toMatchObject({ master: 'ledger', quantity: 500 });
    expect(await entry(SKUS[1])).toMatchObject({ master: 'ledger', quantity: 30 });
    await shows(SKUS[0], 500);
    await shows(SKUS[1], 30);
  });

  it('stays the ledger when the ERP gets the SKU, and every comparison names it', async () => {
    addToOdoo(shop.sandbox, SKUS[0], 4);
    expect(await findings()).toEqual([`${SKUS[0]} 500`]);
    const { body } = await shop.call.post('/connections/odoo/initial-load', { dryRun: true });
    await eventually('it was looked at', async () =>
      expect((await shop.call.get(`/runs/${String(body.runId)}?outcome=kept`)).body.items).toMatchObject([
        { sku: SKUS[0], ours: 500, theirs: 4, reason: 'otherMaster' },
      ]),
    );
    expect(await entry(SKUS[0])).toMatchObject({ master: 'ledger', quantity: 500 });
  });

  it('becomes the ERP by a hand-over: its number counts, and it delivers what has not begun', async () => {
    const [sku] = SKUS;
    await sell('HELD', sku, 2, { status: 'pending' });
    await eventually('it is promised', async () => expect(await entry(sku)).toMatchObject({ reserved: 2 }));
    expect(await handOver(sku, 'odoo')).toMatchObject({ status: 200, body: { status: 'done', master: 'odoo' } });
    await eventually("Odoo's number counts", async () =>
      expect(await entry(sku)).toMatchObject({ master: 'odoo', quantity: 4, reserved: 2 }),
    );
    await shows(sku, 2);
    await sell('HELD', sku, 2, { version: 1 });
    await eventually('Odoo delivers it', () => expect(shop.deliveriesOf('HELD')).toEqual(['1 done']));
    await quiet();
    expect(await entry(sku)).toMatchObject({ master: 'odoo', quantity: 2, reserved: 0 });
    expect(shop.product(sku).onHand).toBe(2);
    expect(await findings()).toEqual([]);
  });

  it('becomes the ledger by a hand-over, which delivers from then on', async () => {
    const [sku] = SKUS;
    await sell('HELD-2', sku, 1, { status: 'pending' });
    await eventually('it is promised', async () => expect(await entry(sku)).toMatchObject({ reserved: 1 }));
    expect(await handOver(sku, 'ledger')).toMatchObject({ status: 200 });
    await sell('HELD-2', sku, 1, { version: 1 });
    await eventually('it has left', async () =>
      expect(await entry(sku)).toMatchObject({ master: 'ledger', quantity: 1, reserved: 0 }),
    );
    await quiet();
    expect(shop.deliveriesOf('HELD-2')).toEqual([]);
    await shows(sku, 1);
  });

  it('is asked for once: a repeated request answers the same, and a wrong one names the field', async () => {
    const [sku] = SKUS;
    expect(await handOver(sku, 'ledger')).toMatchObject({ status: 200, body: { master: 'ledger' } });
    expect(await handOver(sku, 'falabella')).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'master', expected: 'must be ledger or odoo for this warehouse' }] },
    });
    expect(await handOver(sku, 'odoo', { warehouse: 'moon' })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'warehouse' }] },
    });
    expect(await handOver('NADIE', 'odoo')).toMatchObject({ status: 404 });
    expect(await entry(sku)).toMatchObject({ master: 'ledger', quantity: 1 });
  });

  it('stops a listing whose SKU the ERP does not have after a hand-over, rather than sell it on', async () => {
    expect(await handOver(SKUS[1], 'odoo')).toMatchObject({ status: 200 });
    const entries = shop.db.collection<{ _id: string; problemSince: Date }>('stock_entries');
    const unknown = { _id: `main/${SKUS[1]}`, problemSince: { $exists: true } };
    await waitFor('it is noted', () => entries.findOne(unknown));
    await entries.updateOne(unknown, { $set: { problemSince: new Date(Date.now() - 120_000) } });
    expect(await shop.call.post(`/stock/${SKUS[1]}/resync`, {})).toMatchObject({
      status: expect.any(Number) as number,
    });
    await shows(SKUS[1], 0);
    await eventually('an alert says it', async () =>
      expect(await shop.books.alerts()).toContain(`unusable_stock main/${SKUS[1]}`),
    );
    // Naming the present master once more forgets nothing that is known of the entry.
    expect(await handOver(SKUS[1], 'odoo')).toMatchObject({ status: 200 });
    expect(await entries.findOne(unknown)).not.toBeNull();
    await quiet();
    expect(await handOver(SKUS[1], 'ledger')).toMatchObject({ status: 200 });
    await shows(SKUS[1], 30);
    expect(await shop.books.alerts()).not.toContain(`unusable_stock main/${SKUS[1]}`);
  });

  it("is not the ERP where a count names it for a SKU that is the ledger's", async () => {
    expect(await handOver(SKUS[3], 'ledger')).toMatchObject({ status: 200 });
    addToOdoo(shop.sandbox, SKUS[3], 4);
    expect(await count(SKUS[3], 10, { master: 'odoo' })).toMatchObject({ status: 409, body: { master: 'ledger' } });
    expect(shop.product(SKUS[3]).onHand).toBe(4);
  });

  it('becomes the ERP for a whole warehouse that was counted here, if the person says so', async () => {
    expect(await shop.call.post('/warehouses', { code: 'norte', name: 'Bodega norte' })).toMatchObject({ status: 201 });
    expect(await count(SKUS[2], 9, { warehouse: 'norte' })).toMatchObject({ status: 200 });
    const erp = { erp: { connection: 'odoo', code: 'BN' } };
    expect(await shop.call.patch('/warehouses/norte', erp)).toMatchObject({ status: 409 });
    addToOdoo(shop.sandbox, SKUS[2], 0);
    expect(await shop.call.patch('/warehouses/norte', { ...erp, handOver: true })).toMatchObject({ status: 200 });
    await eventually("Odoo's number counts there", async () =>
      expect(await shop.db.collection('stock_entries').findOne({ sku: SKUS[2], warehouse: 'norte' })).toMatchObject({
        master: 'odoo',
        quantity: 0,
      }),
    );
    expect(await shop.books.wrongs()).toEqual([]);
  });

  it('is published although the ledger never counted it in another warehouse', async () => {
    expect(await count(SKUS[4], 6, { master: 'ledger' })).toMatchObject({ status: 200 });
    await shows(SKUS[4], 6);
    await eventually('it has an entry there', async () =>
      expect(await handOver(SKUS[4], 'ledger', { warehouse: 'norte' })).toMatchObject({ status: 200 }),
    );
    expect(await count(SKUS[4], 5)).toMatchObject({ status: 200 });
    await shows(SKUS[4], 5);
  });
});

it('becomes the ERP for what was counted before the environment named one', async () => {
  const running = await runApp('erp_later');
  try {
    const entries = running.connection.collection<{ _id: string }>('stock_entries');
    const body = { lines: ['A', 'B'].map((sku) => ({ sku, quantity: 3, mode: 'absolute' })), reason: 'counted' };
    expect(await new Caller(running.url).post('/stock/adjustments', body)).toMatchObject({ status: 200 });
    const warehouses = running.app.get(WarehousesService);
    await warehouses.begin({ connection: 'odoo', code: null });
    // The process may end here: the next start goes on.
    expect(await entries.countDocuments({ master: 'ledger' })).toBe(2);
    await running.app.get(WarehouseSetup).onApplicationBootstrap();
    expect(await entries.find().toArray()).toMatchObject([
      { sku: 'A', master: 'odoo', quantity: 3, observedAt: expect.any(Date) as Date },
      { sku: 'B', master: 'odoo', quantity: 3 },
    ]);
    // A later start takes nothing more over.
    await entries.updateOne({ _id: 'main/A' }, { $set: { master: 'ledger' } });
    await warehouses.begin({ connection: 'odoo', code: null });
    await running.app.get(WarehouseSetup).onApplicationBootstrap();
    expect(await entries.countDocuments({ master: 'ledger' })).toBe(1);
    // A start without its settings changes nothing, nor does the next one with them.
    await warehouses.begin(null);
    await running.app.get(WarehouseSetup).onApplicationBootstrap();
    await warehouses.begin({ connection: 'odoo', code: null });
    await running.app.get(WarehouseSetup).onApplicationBootstrap();
    expect(await entries.find().toArray()).toMatchObject([{ master: 'ledger' }, { master: 'odoo' }]);
    // Under another name it takes over what the former one had.
    await warehouses.begin(null);
    await warehouses.begin({ connection: 'odoo-2', code: null });
    await running.app.get(WarehouseSetup).onApplicationBootstrap();
    expect(await entries.find().toArray()).toMatchObject([{ master: 'ledger' }, { master: 'odoo-2' }]);
  } finally {
    await running.stop();
  }
});
