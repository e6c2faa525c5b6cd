import { connect } from 'node:net';
import { mongo } from 'mongoose';
import { orderBody } from './support/caller.js';
import { Gate } from './support/gate.js';
import { PrivateRedis } from './support/redis.js';
import { Shop } from './support/shop.js';
import { eventually } from './support/wait.js';

describe('a database that is away', () => {
  let gate: Gate;
  let redis: PrivateRedis;
  let shop: Shop;

  beforeAll(async () => {
    const [hostAndPort = ''] = new mongo.MongoClient(process.env.MONGODB_URI ?? '').options.hosts.map(String);
    const [host = '', port = ''] = hostAndPort.split(':');
    gate = await Gate.to(host, Number(port));
    redis = await PrivateRedis.start();
    shop = await Shop.open({ label: 'away', redisUrl: redis.url });
    // A replica set would tell its own address, past the gate.
    const database = (shop.environment().MONGODB_URI ?? '')
      .replace(hostAndPort, `127.0.0.1:${gate.port}`)
      .replace(/replicaSet=[^&]*/, 'directConnection=true');
    await shop.start({ MONGODB_URI: database, INTAKE_LIMIT_MS: '1500' });
    await shop.catalogueRead();
  });
  afterAll(async () => {
    gate?.open();
    await shop?.close();
    await gate?.close();
    await redis?.close();
  });

  beforeEach(() => gate.open());

  const order = (orderId: string) =>
    shop.call.order(orderBody(orderId, { products: [{ sku: 'PROD-020', quantity: 1 }] }));
  const lines = (text: string) => shop.app.output.split('\n').filter((line) => line.includes(text)).length;

  const begun = () => lines('the database does not answer');

  const isRefused = async (orderId: string) => {
    const { status, body, headers } = await order(orderId);
    expect({ status, type: body.type, after: headers.get('retry-after') }).toEqual({
      status: 503,
      type: '/problems/unavailable',
      after: '5',
    });
  };

  it('is answered with 503; what was stored after that is handled once, and its repeat is a duplicate', async () => {
    const { onHand } = shop.product('PROD-020');
    gate.freeze();
    for (const id of ['FAL-SLOW-1', 'FAL-SLOW-2']) await isRefused(id);
    await eventually('readiness says so', async () => expect((await shop.call.get('/health/ready')).status).toBe(503));
    expect((await shop.call.get('/health/live')).status).toBe(200);
    gate.open();
    await eventually('the late ones are stored', async () =>
      expect((await order('FAL-SLOW-1')).body.status).toBe('duplicate'),
    );
    await shop.agrees(['PROD-020']);
    for (const id of ['FAL-SLOW-1', 'FAL-SLOW-2']) expect(shop.deliveriesOf(id)).toEqual(['1 done']);
    expect(shop.product('PROD-020').onHand).toBe(onHand - 2);
    await eventually('readiness says so', async () => expect((await shop.call.get('/health/ready')).status).toBe(200));
    await eventually('the log says so', () => expect(lines('the database answers again')).toBe(begun()));
    expect(begun()).toBe(1);
  });

  it('is a 503 without a stack, too, where its connections are cut, on every route', async () => {
    const before = begun();
    gate.cut();
    for (let i = 0; i < 4; i++) await isRefused(`FAL-CUT-${i}`);
    for (const path of ['/stock', '/orders', '/alerts'])
      expect([path, (await shop.call.get(path)).status]).toEqual([path, 503]);
    gate.open();
    await eventually('it takes orders', async () => expect((await order('FAL-CUT-0')).status).toBe(200));
    await shop.agrees(['PROD-020']);
    expect(shop.deliveriesOf('FAL-CUT-0')).toEqual(['1 done']);
    expect(begun()).toBe(before + 1);
    expect(shop.app.output).not.toMatch(/\n\s+at .*node_modules/);
  });

  it('while Redis refuses writes, /health says so and orders are taken', async () => {
    await redis.config('min-replicas-to-write', '1');
    await eventually('health says so', async () => {
      const { status, body } = await shop.call.get('/health');
      expect({ status, redis: (body.details as { redis: unknown }).redis }).toEqual({
        status: 503,
        redis: { status: 'down', reason: 'it refuses writes' },
      });
    });
    await eventually('it is taken', async () => expect((await order('FAL-REFUSED')).status).toBe(200));
    await redis.config('min-replicas-to-write', '0');
    await shop.agrees(['PROD-020']);
    expect(shop.deliveriesOf('FAL-REFUSED')).toEqual(['1 done']);
  });

  it('a stop closes connections with half a request, and answers all whole requests', async () => {
    const { port, hostname } = new URL(shop.app.url);
    const half = connect(Number(port), hostname, () =>
      half.write('POST /falabella/webhook/order HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\n\r\n{"orderId"'),
    );
    const silent = connect(Number(port), hostname);
    const closed = [half, silent].map(
      (socket) => new Promise((resolve) => socket.on('error', resolve).on('close', resolve)),
    );
    let isStopping = true;
    const kept: unknown[] = [];
    const sender = (async () => {
      while (isStopping) {
        try {
          kept.push((await shop.call.get('/health/live')).status);
        } catch (error) {
          // Whoever connects at the very moment when the port closes is reset, unheard; everybody later is refused.
          kept.push((error as { cause?: { code?: string } }).cause?.code);
          return;
        }
      }
    })();
    const { code } = await shop.app.stop();
    isStopping = false;
    await Promise.all([sender, ...closed]);
    expect(code).toBe(0);
    expect(shop.app.output).not.toContain('Not everything ended');
    expect(kept.slice(0, -1).filter((one) => one !== 200)).toEqual([]);
    expect([200, 'ECONNREFUSED', 'ECONNRESET']).toContain(kept.at(-1));
  });
});
