import { randomBytes } from 'node:crypto';
import { changeStatus } from '../sandbox/falabella/orders.js';
import { startSandbox, type Sandbox } from '../sandbox/server.js';
import { setLeaseTtlMs } from '../src/common/lease-times.js';
import { Books } from './support/books.js';
import { Caller } from './support/caller.js';
import { addProducts, addToOdoo } from './support/many-products.js';
import { runApp, type RunningApp } from './support/running-app.js';
import { eventually } from './support/wait.js';

/** A day takes longer than jest's own five seconds. */
const KEY = randomBytes(32).toString('base64');
const SKUS = 500;
const OPEN = 60;
const CLOSED = 200;
/** The listings and stock of the sandbox before any are added. */
const SAMPLES = 54;
const IN_STOCK = 40;
const BUNDLE = 'BULK-0500';
const DUPLICATES = ['BULK-0001', 'BULK-0002'];
const ENV = {
  CREDENTIALS_KEYS: `test:${KEY}`,
  SWEEP_INTERVAL_MS: '250',
  ORDER_POLL_INTERVAL_MS: '1000',
  RECONCILE_PACE_MS: '0',
};
const PATIENT = { withinMs: 90_000, everyMs: 250 };

/** The application beside a sandbox that it takes for real accounts. */
interface Instance {
  readonly running: RunningApp;
  readonly call: Caller;
  readonly books: Books;
}

async function begin(label: string, env: Readonly<Record<string, string>> = {}): Promise<Instance> {
  const running = await runApp(label, { ...ENV, ...env });
  const { db } = running.connection;
  if (!db) throw new Error('there is no database');
  return { running, call: new Caller(running.url), books: new Books(db) };
}

describe('a first day', () => {
  let sandbox: Sandbox;
  let shop: Instance;
  let skus: string[];
  const falabella = () => ({
    settings: {
      apiUrl: `${sandbox.url}/falabella/`,
      userId: 'sandbox@example.com',
      feedIntervalMs: 0,
      pushIntervalMs: 0,
      ordersOverlapMinutes: 0,
    },
    credentials: { apiKey: 'sandbox-falabella-key' },
  });
  const odoo = () => ({
    settings: { url: `${sandbox.url}/odoo`, db: 'sandbox' },
    credentials: { apiKey: 'sandbox-odoo-key' },
  });

  beforeAll(async () => {
    // Work that a busy machine delays is not taken for lost.
    setLeaseTtlMs(5_000);
    sandbox = await startSandbox({
      settings: { falabella: { feedDurationMs: 50, feedLimit: false }, odoo: { warehouses: 2 } },
      say: () => undefined,
    });
    skus = addProducts(sandbox, { count: SKUS, inOdoo: () => IN_STOCK, atFalabella: () => IN_STOCK });
    for (const sku of DUPLICATES) addToOdoo(sandbox, sku, 3);
    for (let i = 0; i < OPEN + CLOSED; i++) {
      const sku = skus[10 + (i % 400)] ?? '';
      await sandbox.world.orders.sell({ sku, id: `OLD-${i}`, webhook: 'none' });
      if (i >= OPEN) old(`OLD-${i}`, 'ready_to_ship', 'shipped');
    }
    shop = await begin('first_day');
  });
  afterAll(async () => {
    await shop?.running.stop();
    await sandbox?.close();
    setLeaseTtlMs(10_000);
  });

  /** Every call that changes something outside. */
  const writes = () =>
    sandbox.world.calls
      .list()
      .map(({ name }) => name)
      .filter((name) =>
        /UpdateStock|ProductUpdate|CreateWebhook|\.(create|write|unlink|action_\w+|button_\w+)$/.test(name),
      );
  const old = (id: string, ...statuses: string[]) => {
    const { state } = sandbox.world.falabella;
    const order = state.orders.find(({ number }) => number === id);
    if (!order) throw new Error(`no order ${id}`);
    for (const status of statuses) changeStatus(state, sandbox.settings.falabella, order, status, {});
  };
  const get = async <Body>(path: string): Promise<Body> => {
    const { status, body } = await shop.call.get(path);
    expect({ path, status, ...(status === 200 ? {} : body) }).toEqual({ path, status: 200 });
    return body as Body;
  };
  const post = async (path: string, body: object = {}) => {
    const answer = await shop.call.post(path, body);
    expect({ path, status: answer.status, ...(answer.status < 300 ? {} : answer.body) }).toEqual({
      path,
      status: answer.status < 300 ? answer.status : 200,
    });
    return answer.body;
  };
  const quiet = (books = shop.books) =>
    eventually(
      'nothing is left to do but what Odoo cannot say',
      async () => expect((await books.toDo()).filter((line) => !line.includes('several active products'))).toEqual([]),
      PATIENT,
    );
  const shown = (sku: string) => sandbox.state(sku).falabella.stock[0]?.available;
  const finished = async (path: string, body: object) => {
    const { runId } = await post(path, body);
    await eventually(
      'the run is over',
      async () => expect(await get(`/runs/${String(runId)}`)).toMatchObject({ state: 'done' }),
      PATIENT,
    );
    return get<{ counts: Record<string, number>; reasons?: unknown; parts: { reasons: Record<string, number> }[] }>(
      `/runs/${String(runId)}`,
    );
  };

  it('connects both accounts in shadow, and reveals no credentials', async () => {
    const wrong = await shop.call.post('/connections', {
      connector: 'odoo',
      settings: { url: 'odoo', db: 'x', colour: 'red' },
      credentials: {},
    });
    expect(wrong).toMatchObject({
      status: 400,
      body: { errors: expect.arrayContaining([expect.objectContaining({ field: 'url' })]) as unknown },
    });
    await post('/connections', { connector: 'odoo', id: 'bodega', name: 'Bodega', ...odoo() });
    await post('/connections', { connector: 'falabella', id: 'chile', name: 'Falabella Chile', ...falabella() });
    expect((await shop.call.post('/connections', { connector: 'falabella', id: 'chile', ...falabella() })).status).toBe(
      409,
    );
    const text = JSON.stringify(await get('/connections'));
    expect(text).not.toMatch(/sandbox-falabella-key|sandbox-odoo-key/);
    const stored = JSON.stringify(await shop.running.connection.db?.collection('connections').find().toArray());
    expect(stored).not.toMatch(/sandbox-falabella-key|sandbox-odoo-key/);
    for (const id of ['bodega', 'chile'])
      expect(await get(`/connections/${id}`)).toMatchObject({ publishing: 'shadow', state: 'ok', origin: 'stored' });
    expect(await post('/connections/chile/test')).toMatchObject({ ok: true });
    expect(await post('/connections/bodega/test')).toMatchObject({ ok: true });
  });

  it("loads Odoo's stock, with a dry run first, and names the duplicates", async () => {
    expect(await shop.call.patch('/warehouses/main', { erp: { connection: 'bodega', code: 'WH' } })).toMatchObject({
      status: 200,
    });
    const dry = await finished('/connections/bodega/initial-load', { dryRun: true });
    expect(dry.parts[0]?.reasons).toMatchObject({ duplicate: 2 * DUPLICATES.length });
    await finished('/connections/bodega/initial-load', { dryRun: false });
    await quiet();
    expect(await shop.books.entry(skus[9] ?? '')).toMatchObject({ quantity: IN_STOCK, reserved: 0 });
  });

  it('previews its actions, and lists open orders; a bundle is set', async () => {
    await eventually(
      'the catalogue is read',
      async () => expect(await shop.books.count('listings')).toBe(SKUS + SAMPLES),
      PATIENT,
    );
    const check = await get<{ items: { sku: string; trouble: string }[] }>(
      '/connections/chile/listings-check?trouble=unknown',
    );
    expect(check.items.map(({ sku }) => sku)).toEqual(DUPLICATES);
    expect(
      await shop.call.put(`/listings/chile/${BUNDLE}`, {
        parts: [
          { sku: 'BULK-0498', quantity: 2 },
          { sku: 'BULK-0499', quantity: 1 },
        ],
      }),
    ).toMatchObject({
      status: 200,
    });
    await eventually(
      'every open order is known',
      async () => expect(await get('/connections/chile/open-orders')).toMatchObject({ items: { length: OPEN } }),
      PATIENT,
    );
    await quiet();
    const preview = await get<{
      summary: { listings: number; changes: Record<string, number> };
      openOrders: { count: number };
      items: object[];
    }>('/connections/chile/preview?limit=200');
    expect(preview.summary.listings).toBe(SKUS + SAMPLES);
    expect(preview.openOrders.count).toBe(OPEN);
    const row = await get<{ items: { sku: string; wouldSend: number; why: string }[] }>(
      '/connections/chile/preview?limit=200&change=lowered',
    );
    expect(row.items.find(({ sku }) => sku === BUNDLE)).toMatchObject({ wouldSend: IN_STOCK / 2 });
    const csv = await fetch(`${shop.running.url}/connections/chile/preview?format=csv`);
    expect((await csv.text()).trim().split('\n')).toHaveLength(SKUS + SAMPLES + 1);
    expect(await shop.books.count('stock_movements')).toBe(
      await shop.running.connection.db?.collection('stock_movements').countDocuments({ kind: 'sync_in' }),
    );
    expect(writes()).toEqual([]);
  });

  it("is not disturbed by a colleague's copy with the same accounts on an empty database", async () => {
    const copy = await begin('first_day_copy', {
      FALABELLA_API_URL: `${sandbox.url}/falabella/`,
      FALABELLA_USER_ID: 'sandbox@example.com',
      FALABELLA_API_KEY: 'sandbox-falabella-key',
      ODOO_URL: `${sandbox.url}/odoo`,
      ODOO_DB: 'sandbox',
      ODOO_API_KEY: 'sandbox-odoo-key',
    });
    try {
      await eventually(
        'it has read the catalogue',
        async () => expect(await copy.books.count('listings')).toBe(SKUS + SAMPLES),
        PATIENT,
      );
      await quiet(copy.books);
      expect(writes()).toEqual([]);
    } finally {
      await copy.running.stop();
    }
  });

  it('goes live for some SKUs, once a person has decided about each open order', async () => {
    const some = skus.slice(100, 120);
    const refused = await shop.call.post('/connections/chile/go-live', { skus: some });
    expect(refused).toMatchObject({ status: 409, body: { type: '/problems/open-orders', count: OPEN } });
    expect(
      await shop.call.post('/connections/chile/go-live', { skus: ['NOT-SOLD'], openOrders: 'handled' }),
    ).toMatchObject({
      status: 400,
    });
    expect(writes()).toEqual([]);
    const answer = await post('/connections/chile/go-live', {
      skus: some,
      openOrders: 'handled',
      orders: { 'OLD-0': 'counted' },
    });
    expect(answer).toMatchObject({
      publishing: 'live',
      liveSkus: some.length,
      orders: { handled: OPEN - 1, counted: 1 },
    });
    await quiet();
    // Falabella subtracted its sales already, while Odoo still counts the units: so the number is pushed.
    const pushed = new Set(
      (await shop.running.connection.db?.collection('listing_pushes').find().toArray())?.flatMap((push) =>
        (push.items as { sku: string }[]).map(({ sku }) => sku),
      ),
    );
    expect([...pushed].every((sku) => some.includes(sku))).toBe(true);
    expect(await shop.books.entry(skus[10] ?? '')).toMatchObject({ reserved: 1 });
  });

  it('goes live as a whole, and Odoo with it', async () => {
    await post('/connections/chile/go-live', {});
    await post('/connections/bodega/go-live', {});
    await eventually(
      'what would change too much at once waits for a person, or everything is told',
      async () =>
        expect((await shop.books.toDo()).filter((line) => !/^listings|several active products/.test(line))).toEqual([]),
      PATIENT,
    );
    const brake = await get<{ on: boolean; held: number }>('/connections/chile/brake');
    if (brake.on) await post('/connections/chile/brake/approve', { reason: 'looked at in the preview' });
    await quiet();
    const told = await shop.running.connection.db?.collection('listings').findOne({ sku: skus[20] });
    expect({ told, shown: shown(skus[20] ?? '') }).toMatchObject({ shown: IN_STOCK });
    for (const sku of skus.slice(20, 480)) expect({ sku, shown: shown(sku) }).toEqual({ sku, shown: IN_STOCK });
    expect(shown(BUNDLE)).toBe(IN_STOCK / 2);
    expect(await get('/connections/chile')).toMatchObject({
      publishing: 'live',
      liveSkus: null,
      oldestWaitingSince: null,
    });
  });

  it('leaves old orders alone, however they change, and counts new ones', async () => {
    const movements = await shop.books.count('stock_movements');
    for (let i = OPEN; i < OPEN + CLOSED; i++) old(`OLD-${i}`, 'delivered');
    for (let i = 1; i < OPEN; i++) old(`OLD-${i}`, i % 3 === 0 ? 'canceled' : 'ready_to_ship');
    const last = `OLD-${OPEN + CLOSED - 1}`;
    await eventually(
      'their changes are known',
      async () => {
        expect((await shop.books.order(last)).snapshot.status).toBe('delivered');
        expect((await shop.books.order('OLD-1')).snapshot.status).toBe('ready_to_ship');
      },
      PATIENT,
    );
    await quiet();
    expect(await shop.books.count('stock_movements')).toBe(movements);
    expect(
      sandbox.state().odoo.pickings.filter(({ name }) => name.includes('/chile/OLD-') && !name.includes('OLD-0/')),
    ).toEqual([]);
    await sandbox.world.orders.sell({ sku: skus[30] ?? '', id: 'NEW-1', webhook: 'none' });
    await eventually(
      'a new one is reserved',
      async () => expect(await shop.books.entry(skus[30] ?? '')).toMatchObject({ reserved: 1 }),
      PATIENT,
    );
    await quiet();
    expect(shown(skus[30] ?? '')).toBe(IN_STOCK - 1);
  });

  it('holds a wrong mapping of the warehouse before it does harm', async () => {
    const before = await shop.books.entry(skus[200] ?? '');
    await shop.call.patch('/warehouses/main', { erp: { connection: 'bodega', code: 'BN' } });
    await eventually(
      'the brake holds',
      async () => expect(await get('/connections/bodega/brake')).toMatchObject({ on: true }),
      PATIENT,
    );
    await eventually(
      'everything is held',
      async () => {
        const { held, of } = await get<{ held: number; of: number }>('/connections/bodega/brake');
        expect(held).toBe(of);
      },
      PATIENT,
    );
    expect(await shop.books.entry(skus[200] ?? '')).toMatchObject({ quantity: before.quantity });
    expect(shown(skus[200] ?? '')).toBe(IN_STOCK);
    await shop.call.patch('/warehouses/main', { erp: { connection: 'bodega', code: 'WH' } });
    await eventually(
      'it lets go by itself',
      async () => expect(await get('/connections/bodega/brake')).toMatchObject({ on: false }),
      // When the brake engaged in the middle of a scan, the next but one ends it.
      { ...PATIENT, withinMs: 150_000 },
    );
    await quiet();
    expect(shown(skus[200] ?? '')).toBe(IN_STOCK);
  });

  it('stops selling at once in the middle of sales, still counts them, and resumes with the right numbers', async () => {
    const sold = skus.slice(300, 310);
    const storm = sold.map((sku, i) => sandbox.world.orders.sell({ sku, id: `STORM-${i}`, webhook: 'none' }));
    await post('/connections/chile/stop-selling');
    await Promise.all(storm);
    await eventually(
      'Falabella shows 0',
      () => expect(skus.slice(20, 480).filter((sku) => shown(sku) !== 0)).toEqual([]),
      PATIENT,
    );
    await eventually(
      'the sales are counted',
      async () => {
        for (const sku of sold) expect(await shop.books.entry(sku)).toMatchObject({ sku, reserved: 1 });
      },
      PATIENT,
    );
    await post('/connections/chile/go-live', {});
    await eventually(
      'it shows what is there',
      async () => {
        const held = await get('/connections/chile/brake');
        expect(held).toMatchObject({ on: false });
        for (const sku of skus.slice(311, 480)) expect({ sku, shown: shown(sku) }).toEqual({ sku, shown: IN_STOCK });
        for (const sku of sold) expect({ sku, shown: shown(sku) }).toEqual({ sku, shown: IN_STOCK - 1 });
      },
      PATIENT,
    );
    await quiet();
    expect(await shop.books.wrongs()).toEqual([]);
  });
});
