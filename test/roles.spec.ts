import { randomBytes } from 'node:crypto';
import { type AppProcess, freePort } from './support/app-process.js';
import { Caller, orderBody } from './support/caller.js';
import { Shop } from './support/shop.js';
import { eventually } from './support/wait.js';

const STORE = '5001';

describe('one process takes requests, others do the work', () => {
  let shop: Shop;
  let worker: AppProcess;
  const startWorker = async () => {
    const app = shop.add({ ROLE: 'worker', PORT: String(await freePort()) });
    await app.listening();
    return app;
  };

  beforeAll(async () => {
    shop = await Shop.open({
      label: 'roles',
      env: {
        CREDENTIALS_KEYS: `one:${randomBytes(32).toString('base64')}`,
        PUBLIC_URL: 'http://127.0.0.1:9',
        ORDER_POLL_INTERVAL_MS: '1000',
      },
    });
    await shop.start({ ROLE: 'api' });
  });
  afterAll(async () => shop?.close());

  it('webhooks are stored without a worker, and worked on once there is one', async () => {
    const order = orderBody('FAL-ROLES');
    const { onHand } = shop.product('PROD-001');
    expect(await shop.call.order(order)).toMatchObject({ status: 200, body: { status: 'accepted' } });
    // Longer than the sweeper of a worker would wait.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await shop.books.movementsOf(order.orderId)).toEqual([]);
    expect(await shop.books.count('listings')).toBe(0);
    worker = await startWorker();
    await shop.catalogueRead();
    await shop.agrees(['PROD-001']);
    expect(shop.product('PROD-001').onHand).toBe(onHand - 2);
    expect((await shop.call.order(order)).body).toMatchObject({ status: 'duplicate' });
  });

  it('a worker answers about its health, and nothing else', async () => {
    const call = new Caller(worker.url);
    for (const path of ['/health', '/health/live', '/health/ready'])
      expect([path, (await call.get(path)).status]).toEqual([path, 200]);
    const order = JSON.stringify(orderBody('FAL-NOWHERE'));
    const answers = [
      await call.get('/stock'),
      await call.get('/docs-json'),
      await call.get('/'),
      await call.order(order),
    ];
    for (const { status, type, body } of answers)
      expect({ status, type, body }).toMatchObject({
        status: 404,
        type: expect.stringContaining('application/problem+json') as string,
        body: { detail: expect.stringContaining('ROLE=api') as string },
      });
  });

  it('a store that is connected at one is read, polled and told by the others', async () => {
    await shop.connectStore(STORE);
    await eventually('its catalogue is read', async () =>
      expect(await shop.db.collection('listings').countDocuments({ connection: 'store' })).toBeGreaterThan(0),
    );
    await shop.goLive('store');
    const shown = () =>
      shop.sandbox.state('PROD-002').tiendanube.stores.find(({ id }) => String(id) === STORE)?.shown[0]?.stock;
    const { onHand } = shop.product('PROD-002');
    // Without a webhook: a worker finds it by asking.
    await shop.sandbox.world.orders.sell({ sku: 'PROD-002', webhook: 'none' });
    await eventually('the store is told', () => expect(shown()).toBe(onHand - 1));
  });

  it('a connection that one process suspends is left alone by all, until it is resumed', async () => {
    expect((await shop.call.post('/connections/falabella/suspend-sync', { reason: 'test' })).status).toBeLessThan(300);
    const before = shop.shownAtFalabella('PROD-003');
    // A decision is known everywhere after two seconds.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await shop.sandbox.world.odooPlays.count({ sku: 'PROD-003', quantity: 7 });
    await eventually('the ledger has it', async () => expect((await shop.books.entry('PROD-003')).available).toBe(7));
    expect(shop.shownAtFalabella('PROD-003')).toBe(before);
    expect((await shop.call.post('/connections/falabella/resume-sync', {})).status).toBeLessThan(300);
    await eventually('it is told', () => expect(shop.shownAtFalabella('PROD-003')).toBe(7));
  });
});
