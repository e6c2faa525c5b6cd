import { orderBody } from './support/caller.js';
import { PrivateRedis } from './support/redis.js';
import { Shop } from './support/shop.js';
import { eventually } from './support/wait.js';

const COUNT = 50;
/** A channel without an answer gives up after this time. */
const SOON_MS = 5_000;

describe('without Redis', () => {
  let redis: PrivateRedis;
  let shop: Shop;

  beforeAll(async () => {
    redis = await PrivateRedis.start();
    shop = await Shop.ready({ label: 'redis', redisUrl: redis.url });
  });
  afterAll(async () => {
    await shop?.close();
    await redis?.close();
  });

  const send = (name: string, sku: string) =>
    Promise.all(
      Array.from({ length: COUNT }, async (_, i) => {
        const startedAt = performance.now();
        const { status, body } = await shop.call.order(
          orderBody(`FAL-${name}-${i}`, { products: [{ sku, quantity: 1 }] }),
        );
        expect({ status, said: body.status }).toEqual({ status: 200, said: 'accepted' });
        return performance.now() - startedAt;
      }),
    );

  const allDeliveredOnce = async (name: string, sku: string, before: number) => {
    await shop.agrees([sku]);
    for (let i = 0; i < COUNT; i++) expect(shop.deliveriesOf(`FAL-${name}-${i}`)).toEqual(['1 done']);
    expect(shop.product(sku).onHand).toBe(before - COUNT);
  };

  it('orders are answered at once, and each is handled once when Redis is back', async () => {
    const { onHand } = shop.product('PROD-020');
    await redis.down();
    const took = await send('DOWN', 'PROD-020');
    expect(Math.max(...took)).toBeLessThan(SOON_MS);
    expect(await shop.books.count('orders')).toBe(0);
    await redis.up();
    await allDeliveredOnce('DOWN', 'PROD-020', onHand);
  });

  it('work continues, without a restart, after Redis lost everything in the middle of it', async () => {
    const { onHand } = shop.product('PROD-021');
    const sent = send('FLUSH', 'PROD-021');
    await eventually('the work has begun', async () => expect(await shop.books.count('orders')).toBeGreaterThan(0));
    await redis.flush();
    await sent;
    await redis.flush();
    await allDeliveredOnce('FLUSH', 'PROD-021', onHand);
    await shop.call.order(orderBody('FAL-AFTER', { products: [{ sku: 'PROD-022', quantity: 1 }] }));
    await shop.agrees(['PROD-022']);
    expect(shop.deliveriesOf('FAL-AFTER')).toEqual(['1 done']);
  });

  it('the service reports that it is unhealthy, and keeps running', async () => {
    await redis.down();
    await eventually('health says so', async () => expect((await shop.call.get('/health')).status).toBe(503));
    expect((await shop.call.get('/health/live')).status).toBe(200);
    await redis.up();
    await eventually('health says so', async () => expect((await shop.call.get('/health')).status).toBe(200));
  });

  it('the application starts, takes orders, and handles them once when Redis comes', async () => {
    const { onHand } = shop.product('PROD-023');
    await shop.app.stop();
    await redis.down();
    await shop.start();
    await send('START', 'PROD-023');
    await redis.up();
    await allDeliveredOnce('START', 'PROD-023', onHand);
  });

  it('the application ends in order', async () => {
    await redis.down();
    const { app } = shop;
    const { code } = await app.stop();
    expect({ code, said: code === 0 ? '' : app.output.slice(-1500) }).toEqual({ code: 0, said: '' });
    await redis.up();
    await shop.start();
  });
});
