import { createHmac, randomBytes } from 'node:crypto';
import { MAX_ATTEMPTS } from '../src/common/mongo/mark.js';
import { type StockEntry } from '../src/stock/schemas.js';
import { Shop } from './support/shop.js';
import { eventually, waitFor } from './support/wait.js';

const STORE = '5004';
const CONNECTION = 'mundo-delta';
/** The app's secret in the sandbox. */
const SECRET = 'your_tiendanube_client_secret';
const EVENTS = ['order/created', 'order/paid', 'order/cancelled', 'order/edited', 'order/updated', 'product/updated'];

describe('a store of Tiendanube beside Falabella and Odoo', () => {
  let shop: Shop;
  beforeAll(async () => {
    const env = { CREDENTIALS_KEYS: `one:${randomBytes(32).toString('base64')}`, ORDER_POLL_INTERVAL_MS: '600000' };
    shop = await Shop.ready({ label: 'tiendanube', env });
    // The store sends a product webhook for every number that it receives, and for every sale.
    shop.sandbox.settings.tiendanube.productEvents = 'both';
    const store = shop.sandbox.world.tiendanubePlays.store(STORE);
    const now = Date.now();
    store.webhooks = EVENTS.map((event, id) => ({ id, event, url: address(), createdAt: now, updatedAt: now }));
    const made = await shop.call.post('/connections', {
      id: CONNECTION,
      connector: 'tiendanube',
      settings: { storeId: STORE, pushIntervalMs: 0 },
      credentials: { accessToken: `sandbox-tiendanube-token-${STORE}` },
    });
    expect(made.status).toBe(201);
    const variants = shop.sandbox.state().tiendanube.stores.find(({ id }) => String(id) === STORE)?.shown.length ?? 0;
    await waitFor('the catalogue of the store is read', async () => (await listings()).length >= variants);
    await quiet();
  });
  afterAll(async () => shop?.close());

  /** Waits until the only work left is to observe SKUs that Odoo does not have: the store sells some of its own. */
  const quiet = () => shop.settled((open) => open.filter((line) => !line.includes('no active product')));
  const address = () => `${shop.app.url}/webhooks/tiendanube`;
  const plays = () => shop.sandbox.world.tiendanubePlays;
  const listings = () => shop.db.collection('listings').find({ connection: CONNECTION }).toArray();
  const shown = (sku: string) => {
    const store = shop.sandbox.state(sku).tiendanube.stores.find(({ id }) => String(id) === STORE);
    return store?.shown[0]?.stock;
  };
  const available = async (sku: string) => (await shop.books.entry(sku)).available;
  const sell = (input: Record<string, unknown>) => String(plays().sell(STORE, input).id);

  /** Every location shows the ledger's available units. */
  const agrees = async (sku: string, units: number) => {
    await eventually(`everybody shows ${units} of ${sku}`, async () => {
      expect({ ledger: await available(sku), tiendanube: shown(sku), falabella: shop.shownAtFalabella(sku) }).toEqual({
        ledger: units,
        tiendanube: units,
        falabella: units,
      });
    });
  };

  it('publishes its sale to every channel, and delivers it in Odoo once it is paid', async () => {
    const before = await available('PROD-001');
    const order = sell({ sku: 'PROD-001', quantity: 2, payment: 'pending' });
    await agrees('PROD-001', before - 2);
    expect((await shop.books.entry('PROD-001')).reserved).toBe(2);
    plays().change(STORE, order, 'pay', {});
    await eventually('it is delivered', async () => expect((await shop.books.entry('PROD-001')).reserved).toBe(0));
    await agrees('PROD-001', before - 2);
    expect(shop.product('PROD-001').onHand).toBe(before - 2);
  });

  it('receives a sale elsewhere', async () => {
    const before = await available('PROD-002');
    await shop.sandbox.world.orders.sell({ sku: 'PROD-002', quantity: 3 });
    await agrees('PROD-002', before - 3);
  });

  it('receives its units again when an order is cancelled though the store did not restock, and re-opened and cancelled again', async () => {
    const before = await available('PROD-003');
    const order = sell({ sku: 'PROD-003', quantity: 4, payment: 'pending' });
    for (const what of ['cancel', 'reopen', 'cancel']) {
      plays().change(STORE, order, what, what === 'cancel' ? { restock: false } : {});
      await agrees('PROD-003', what === 'cancel' ? before : before - 4);
    }
  });

  it('follows an edit of an order line by line', async () => {
    const [first, second] = [await available('PROD-004'), await available('PROD-005')];
    const order = sell({ sku: 'PROD-004', quantity: 5, payment: 'pending' });
    await agrees('PROD-004', first - 5);
    const line = plays().order(plays().store(STORE), order).lines[0];
    plays().change(STORE, order, 'edit', {
      lines: [
        { lineId: line?.id, quantity: 1 },
        { sku: 'PROD-005', quantity: 2 },
      ],
    });
    await agrees('PROD-004', first - 1);
    await agrees('PROD-005', second - 2);
  });

  it('treats a repeated webhook as the same one, reads once more, and refuses an unsigned one', async () => {
    const order = plays().sell(STORE, { sku: 'PROD-006', silent: true });
    const body = JSON.stringify({ store_id: Number(STORE), event: 'order/custom_fields_updated', id: order.id });
    const post = (signature: string, to = address()) =>
      fetch(to, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', 'x-linkedstore-hmac-sha256': signature },
      });
    const good = createHmac('sha256', SECRET).update(body).digest('hex');
    expect(await (await post(good)).json()).toMatchObject({ status: 'accepted' });
    expect(await (await post(good)).json()).toMatchObject({ status: 'duplicate' });
    expect(await (await post(good, `${shop.app.url}/tiendanube/webhook`)).json()).toMatchObject({
      status: 'duplicate',
    });
    expect((await post('0'.repeat(64))).status).toBe(401);
  });

  it('sells SKUs that Odoo does not have: they are observed again and again', async () => {
    const entries = shop.db.collection<StockEntry>('stock_entries');
    const unknown = { 'observe.error': /no active product/ };
    const [entry] = await entries.find(unknown).toArray();
    for (let times = 0; times <= MAX_ATTEMPTS; times++) {
      await entries.updateOne({ _id: entry?._id }, { $set: { 'observe.due': new Date(0) } });
      await eventually('it was looked for', async () => {
        const { observe } = (await entries.findOne({ _id: entry?._id })) ?? {};
        expect(observe?.due?.getTime()).toBeGreaterThan(Date.now() + 60_000);
      });
    }
  });

  it('was never called beyond its limit, echoes its own numbers to no channel, and the stored state has no faults', async () => {
    await quiet();
    expect(await shop.books.wrongs()).toEqual([]);
    const store = shop.sandbox.state().tiendanube.stores.find(({ id }) => String(id) === STORE);
    expect(store?.limits.violations).toBe(0);
    const { calls } = shop.sandbox.world;
    expect(calls.byName()['PATCH /products/stock-price'] ?? 0).toBeGreaterThan(5);
    expect(calls.byName()['GET /products'] ?? 0).toBeLessThan(6);
  });
});
