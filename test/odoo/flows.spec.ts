import { randomBytes } from 'node:crypto';
import { mongo } from 'mongoose';
import { startSandbox, type Sandbox } from '../../sandbox/server.js';
import { withDatabase } from '../../src/config/mongo-uri.js';
import { AppProcess, freePort } from '../support/app-process.js';
import { Books } from '../support/books.js';
import { Caller, orderBody } from '../support/caller.js';
import { forgetQueues } from '../support/redis.js';
import { eventually } from '../support/wait.js';
import { serverOfEnvironment, type OdooServer } from './support/rig.js';
import { StockAutomation } from './support/stock-automation.js';
import { Warehouseman } from './support/warehouseman.js';

const FALABELLA_SECRET = 'a-shared-secret-of-this-test';
const ODOO_SECRET = 'another-secret-of-this-test';

/** Every combination of the documented variables that connects to Odoo. */
const ACCESS: readonly [string, (server: OdooServer) => Record<string, string>][] = [
  ['an API key', ({ apiKey }) => ({ ODOO_API_KEY: apiKey })],
  ['user and password', ({ username, password }) => ({ ODOO_USERNAME: username, ODOO_PASSWORD: password })],
];

describe.each(ACCESS)('the product against a real Odoo, with %s', (_name, credentials) => {
  const sku = 'PROD-049';
  const orderId = `FLOW-${randomBytes(3).toString('hex')}`;
  let server: OdooServer;
  let person: Warehouseman;
  let product: number;
  let channel: Sandbox;
  let app: AppProcess;
  let call: Caller;
  let client: mongo.MongoClient;
  let books: Books;
  let automation: StockAutomation;

  beforeAll(async () => {
    server = serverOfEnvironment();
    person = new Warehouseman(server);
    // Archives the products of an earlier run, so that they are not sold.
    const known = await person.search<{ id: number }>('product.product', [['default_code', '=', sku]], []);
    if (known.length > 0)
      await person.call('product.product', 'write', { ids: known.map(({ id }) => id), vals: { active: false } });
    product = await person.product(sku);
    await person.receive(product, 50);

    const port = await freePort();
    channel = await startSandbox({
      appUrl: `http://127.0.0.1:${port}`,
      settings: { falabella: { feedDurationMs: 100, feedLimit: false } },
      say: () => undefined,
    });
    automation = await StockAutomation.install(
      person,
      `http://127.0.0.1:${port}/odoo/webhook/stock-change?token=${ODOO_SECRET}`,
    );
    const uri = withDatabase(process.env.MONGODB_URI ?? '', () => `odoo_flows_${randomBytes(4).toString('hex')}`);
    client = new mongo.MongoClient(uri);
    books = new Books(client.db());
    const { REDIS_HOST = '', REDIS_PORT = '' } = process.env;
    app = AppProcess.spawn({
      MONGODB_URI: uri,
      REDIS_HOST,
      REDIS_PORT,
      PORT: String(port),
      LEASE_TTL_MS: '3000',
      ODOO_URL: server.url,
      ODOO_DB: server.db,
      ODOO_WEBHOOK_SECRET: ODOO_SECRET,
      ...credentials(server),
      FALABELLA_API_URL: `${channel.url}/falabella/`,
      FALABELLA_USER_ID: 'sandbox@example.com',
      FALABELLA_API_KEY: 'sandbox-falabella-key',
      FALABELLA_WEBHOOK_SECRET: FALABELLA_SECRET,
      FALABELLA_PUSH_INTERVAL_MS: '50',
      // The limit on pushes has tests of its own.
      FALABELLA_FEED_INTERVAL_MS: '0',
    });
    await app.listening();
    call = new Caller(app.url);
    for (const id of ['falabella', 'odoo'])
      await eventually(`${id} goes live`, async () =>
        expect(await call.post(`/connections/${id}/go-live`, { openOrders: 'counted' })).toMatchObject({ status: 200 }),
      );
    await eventually('the stock was seen', async () => expect(await books.entry(sku)).toHaveProperty('observedAt'));
  });

  afterAll(async () => {
    await app?.kill9();
    await automation?.remove();
    await channel?.close();
    const installation = await client
      ?.db()
      .collection<{ _id: string; value: string }>('settings')
      .findOne({ _id: 'installation' });
    if (installation) await forgetQueues(`stock-orchestrator:${installation.value}:`);
    await client?.db().dropDatabase();
    await client?.close();
  });

  const order = (changes: Parameters<typeof orderBody>[1]) =>
    call.order(orderBody(orderId, { products: [{ sku, quantity: 2 }], ...changes }), {
      'x-falabella-signature': FALABELLA_SECRET,
    });
  const shown = () => channel.state(sku).falabella.stock[0]?.available;

  /** Odoo, the ledger and the channel show the same number, and nothing is reserved. */
  const agreesOn = (onHand: number) =>
    eventually('Odoo, ledger and channel agree', async () => {
      expect(await person.onHand(product)).toEqual({ onHand, free: onHand });
      expect(await books.entry(sku)).toMatchObject({ quantity: onHand, reserved: 0 });
      expect(shown()).toBe(onHand);
      expect(await books.wrongs()).toEqual([]);
    });

  it('delivers a sale once, however often it is announced, and publishes the rest', async () => {
    const { onHand } = await person.onHand(product);
    const answers = await Promise.all(Array.from({ length: 5 }, () => order({})));
    expect(answers.filter(({ body }) => body.status === 'accepted')).toHaveLength(1);
    await agreesOn(onHand - 2);
    const deliveries = await person.search<{ name: string; state: string }>(
      'stock.picking',
      [['origin', '=', orderId]],
      ['name', 'state'],
    );
    expect(deliveries).toMatchObject([
      { state: 'done', name: expect.stringMatching(new RegExp(`/falabella/${orderId}/1$`)) as string },
    ]);
    expect((await call.get(`/erp/stock/${sku}`)).body).toMatchObject({
      erp: { onHand: onHand - 2 },
      ledger: { quantity: onHand - 2, reserved: 0 },
    });
  });

  it('releases the units of a cancelled order when nothing was delivered', async () => {
    const { onHand } = await person.onHand(product);
    const waiting = `${orderId}-C`;
    await call.order(orderBody(waiting, { products: [{ sku, quantity: onHand + 5 }] }), {
      'x-falabella-signature': FALABELLA_SECRET,
    });
    await eventually('it waits in Odoo', async () =>
      expect((await books.order(waiting)).transfers).toMatchObject([{ state: 'named' }]),
    );
    await eventually('nothing is for sale', () => expect(shown()).toBe(0));
    const cancelled = orderBody(waiting, {
      products: [{ sku, quantity: onHand + 5 }],
      status: 'cancelled',
      version: 1,
    });
    await call.order(cancelled, { 'x-falabella-signature': FALABELLA_SECRET });
    await agreesOn(onHand);
    expect((await books.order(waiting)).transfers).toMatchObject([{ state: 'cancelled' }]);
  });

  it('takes a change that Odoo reports into the ledger and to the channel', async () => {
    const { onHand } = await person.onHand(product);
    await person.receive(product, 7);
    await agreesOn(onHand + 7);
  });

  it('takes units out and puts them in by command, once for each key', async () => {
    const { onHand } = await person.onHand(product);
    const key = { 'Idempotency-Key': orderId };
    const [first, again] = [
      await call.post('/erp/stock/reduce', { sku, quantity: 3 }, key),
      await call.post('/erp/stock/reduce', { sku, quantity: 3 }, key),
    ];
    expect(first).toMatchObject({ status: 200, body: { before: onHand, after: onHand - 3, erp: { status: 'done' } } });
    expect(again.body).toEqual(first.body);
    await call.post('/erp/stock/increase', { sku, quantity: 1 });
    await agreesOn(onHand - 2);
  });
});
