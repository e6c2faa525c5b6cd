import { createFeed } from '../sandbox/falabella/feeds.js';
import { type Feed } from '../sandbox/falabella/state.js';
import { CrashingShop } from './support/crashing.js';
import { orderBody } from './support/caller.js';
import { Shop } from './support/shop.js';
import { eventually } from './support/wait.js';

const PAST = () => new Date(Date.now() - 3_600_000);
const NO_POLLS = { ORDER_POLL_INTERVAL_MS: '3600000' };

const count = (shop: Shop, sku: string, quantity: number) => shop.sandbox.world.odooPlays.count({ sku, quantity });
const feedsOf = (shop: Shop, sku: string): Feed[] =>
  shop.sandbox.world.falabella.state.feeds.filter((feed) => feed.records.some((record) => record.sku === sku));
const pausedAlerts = (shop: Shop) =>
  shop.db
    .collection<{ closedAt?: Date; params: { reason: string } }>('alerts')
    .find({ kind: 'connection_paused', subject: 'falabella' })
    .toArray();
const skus = (from: number, many: number) => Array.from({ length: many }, (_, i) => `PROD-0${String(from + i)}`);

describe('a misbehaving Falabella', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.ready({ label: 'trouble', env: { ...NO_POLLS, FALABELLA_FEED_INTERVAL_MS: '0' } });
  });
  afterAll(async () => shop?.close());

  const sell = async (orderId: string, sku: string) =>
    expect((await shop.call.order(orderBody(orderId, { products: [{ sku, quantity: 1 }] }))).status).toBe(200);
  const settings = (change: Partial<Shop['sandbox']['settings']['falabella']>) =>
    Object.assign(shop.sandbox.settings.falabella, change);

  it('that accepts half of a push: the failed SKUs are named and repeated until they are accepted', async () => {
    const all = skus(10, 10);
    const failing = all.slice(0, 5);
    const listings = shop.db.collection('listings');
    /** Makes pushes due that wait for a retry. */
    const hurry = () =>
      listings.updateMany({ refusals: { $gt: 0 } }, { $set: { 'push.since': PAST(), 'push.due': PAST() } });
    const failed = () => Promise.all(failing.map((sku) => shop.books.listing(sku)));
    const refusals = async () => (await failed()).map((listing) => listing.refusals ?? 0);
    const isLater = (at: Date | undefined) => at !== undefined && at > new Date();
    settings({ failSkus: failing });
    await Promise.all(all.map((sku) => count(shop, sku, 33)));
    await eventually('the failed are raised', async () =>
      expect(await shop.books.alerts()).toEqual(
        expect.arrayContaining(failing.map((sku) => `push_rejected falabella/${sku}`)),
      ),
    );
    await eventually('they are left alone for a while', async () =>
      expect((await failed()).every(({ push }) => isLater(push.since))).toBe(true),
    );
    for (const listing of await failed()) {
      expect(listing.error).toContain(listing.sku);
      expect(listing).not.toHaveProperty('told');
    }
    await eventually('the others are taken', async () => {
      for (const sku of all.slice(5))
        expect(await shop.books.listing(sku)).toMatchObject({ published: { quantity: 33, state: 'accepted' } });
      for (const sku of all.slice(5)) expect(shop.shownAtFalabella(sku)).toBe(33);
    });

    const before = await refusals();
    await hurry();
    await eventually('they are refused again', async () =>
      expect(await refusals()).toEqual(before.map((times) => times + 1)),
    );
    settings({ failSkus: [] });
    await hurry();
    await shop.agrees(all);
    expect(await shop.books.alerts()).toEqual([]);
    for (const sku of failing) {
      const listing = await shop.books.listing(sku);
      expect(listing).toMatchObject({ published: { quantity: 33, state: 'accepted' } });
      for (const gone of ['error', 'refusals']) expect(listing).not.toHaveProperty(gone);
    }
  });

  it('that processes out of order and loses answers: a lost push is found, and its SKUs are not sent meanwhile', async () => {
    settings({ feedReorder: true, feedDurationMs: 600 });
    shop.sandbox.world.faults.add({ action: 'UpdateStock', drop: 'after' });
    for (let i = 0; i < 4; i++) await sell(`TROUBLE-LOST-${i}`, 'PROD-020');
    await shop.agrees(['PROD-020'], { withinMs: 45_000 });
    const feeds = feedsOf(shop, 'PROD-020');
    const overtaken = feeds.filter((feed, i) => feed.createdAt < (feeds[i - 1]?.finishAt ?? 0));
    expect(overtaken).toEqual([]);
    expect((await shop.books.pushes()).filter((push) => push.error !== undefined).map(({ state }) => state)).toEqual([
      'accepted',
    ]);
    settings({ feedReorder: false, feedDurationMs: 100 });
  });

  it('that is late: a lost push that is not found is repeated, searched for again, and corrected in the end', async () => {
    const sku = 'PROD-025';
    shop.sandbox.world.faults.add({ action: 'UpdateStock', drop: 'before' });
    await sell('TROUBLE-LATE-1', sku);
    const lost = async () => {
      const ofSku = (await shop.books.pushes()).filter(({ items }) => items.some((item) => item.sku === sku));
      return ofSku.find(({ error }) => error !== undefined);
    };
    const note = (change: object) =>
      shop.db.collection('listing_pushes').updateOne({ state: 'unclear', 'items.sku': sku }, { $set: change });
    await eventually('it is told anew', async () => expect(await lost()).toMatchObject({ state: 'unclear' }));
    await note({ 'follow.due': new Date(Date.now() + 3_600_000) });
    await sell('TROUBLE-LATE-2', sku);
    await shop.agrees([sku]);
    const after = shop.shownAtFalabella(sku);

    const { falabella } = shop.sandbox.world;
    const late = [{ sku, quantity: String(after + 1), warehouse: null }];
    createFeed(falabella.state, shop.sandbox.settings.falabella, 'ProductStockUpdate', late);
    falabella.wake();
    await eventually('it comes after all', () => expect(shop.shownAtFalabella(sku)).toBe(after + 1));
    await note({ 'follow.due': PAST() });
    await eventually('it is found, and put right', async () => {
      const push = await lost();
      expect(push?.follow.due).toEqual(push?.deadline);
      expect(shop.shownAtFalabella(sku)).toBe(after);
    });
    await shop.agrees([sku]);
    const told = feedsOf(shop, sku).length;
    await note({ deadline: PAST(), 'follow.due': PAST() });
    await eventually('it is told a last time', () => expect(feedsOf(shop, sku)).toHaveLength(told + 1));
    await shop.agrees([sku]);
    expect(await lost()).toMatchObject({ finishedAt: expect.any(Date) as Date });
  });

  it('that limits calls: feeds and orders are read later, and pushes continue', async () => {
    shop.sandbox.world.faults.add({ action: 'FeedStatus', code: 429, message: 'Too many requests' });
    await sell('TROUBLE-READ-1', 'PROD-021');
    await eventually('the feed is left alone', async () => {
      const [push] = (await shop.books.pushes()).filter(({ items }) => items.some(({ sku }) => sku === 'PROD-021'));
      expect(push).toMatchObject({ state: 'sent', follow: { error: expect.stringContaining('429') as string } });
    });
    shop.sandbox.world.faults.add({ action: 'GetOrder', code: 429, message: 'Too many requests' });
    const { order } = await shop.sandbox.world.orders.sell({ sku: 'PROD-022', quantity: 2, webhook: 'none' });
    const body = { event: 'onOrderCreated', payload: { OrderId: order.id } };
    expect(await shop.call.post('/falabella/webhook/sandbox-falabella-webhooks', body)).toMatchObject({ status: 200 });
    await eventually('the order is left alone', async () =>
      expect((await shop.books.events()).find((event) => event.topic === 'event')).toMatchObject({
        handle: { error: expect.stringContaining('429') as string },
      }),
    );
    await sell('TROUBLE-READ-2', 'PROD-023');
    await eventually('it is told', async () => expect(await shop.differences(['PROD-023'])).toEqual([]));

    await shop.db
      .collection('listing_pushes')
      .updateMany({ 'follow.error': /429/ }, { $set: { 'follow.due': PAST() } });
    await shop.db
      .collection('webhook_events')
      .updateMany({ 'handle.error': /429/ }, { $set: { 'handle.due': PAST() } });
    await shop.agrees(['PROD-021', 'PROD-022', 'PROD-023']);
    expect(await shop.books.entry('PROD-022')).toMatchObject({ reserved: 2 });
  });

  it('whose clock differs from ours: the connection is paused, raises one alert, and is retried by itself', async () => {
    // No time is accepted.
    settings({ timestampWindowSeconds: -1 });
    await sell('TROUBLE-CLOCK-1', 'PROD-024');
    await eventually('it is raised', async () => expect(await pausedAlerts(shop)).toHaveLength(1));
    expect((await pausedAlerts(shop))[0]).toMatchObject({
      params: { reason: expect.stringContaining('clock of this server') as string },
    });
    await sell('TROUBLE-CLOCK-2', 'PROD-025');
    for (const orderId of ['TROUBLE-CLOCK-1', 'TROUBLE-CLOCK-2'])
      await eventually('it is delivered all the same', () => expect(shop.deliveriesOf(orderId)).toEqual(['1 done']));
    settings({ timestampWindowSeconds: 300 });
    const before = shop.sandbox.world.falabella.state.feeds.length;
    await sell('TROUBLE-CLOCK-3', 'PROD-026');
    await eventually('it is counted', async () =>
      expect(await shop.books.movementsOf('TROUBLE-CLOCK-3')).toHaveLength(2),
    );
    expect(shop.sandbox.world.falabella.state.feeds).toHaveLength(before);
    // Five minutes later.
    await shop.db
      .collection<{ _id: string }>('connections')
      .updateOne({ _id: 'falabella' }, { $set: { 'paused.at': PAST() } });
    await sell('TROUBLE-CLOCK-4', 'PROD-027');
    await shop.agrees(skus(24, 4));
    expect(await pausedAlerts(shop)).toMatchObject([{ closedAt: expect.any(Date) as Date }]);
  });
});

describe('a process that dies right after a push', () => {
  let crashing: CrashingShop;

  beforeAll(async () => {
    crashing = await CrashingShop.ready('pushsent');
  });
  afterAll(async () => crashing?.close());

  it('leaves it to be found, and does not send it again', async () => {
    const { shop } = crashing;
    await crashing.dieAt('push.sent', () => count(shop, 'PROD-030', 11));
    expect(feedsOf(shop, 'PROD-030')).toHaveLength(1);
    await shop.startAll();
    await shop.agrees(['PROD-030'], { withinMs: 45_000 });
    expect(feedsOf(shop, 'PROD-030')).toHaveLength(1);
    const pushes = (await shop.books.pushes()).filter(({ items }) => items.some(({ sku }) => sku === 'PROD-030'));
    expect(pushes).toMatchObject([{ state: 'accepted', items: [{ sku: 'PROD-030', quantity: 11 }] }]);
    expect(await shop.books.listing('PROD-030')).toMatchObject({ published: { quantity: 11, state: 'accepted' } });
  });

  it('sends later changes after it', async () => {
    const { shop } = crashing;
    await crashing.dieAt('push.sent', () => count(shop, 'PROD-031', 12));
    await count(shop, 'PROD-031', 9);
    await shop.startAll();
    await shop.agrees(['PROD-031'], { withinMs: 45_000 });
    expect(
      feedsOf(shop, 'PROD-031').map((feed) => feed.records.find(({ sku }) => sku === 'PROD-031')?.quantity),
    ).toEqual([12, 9]);
  });
});

describe('an account whose key is revoked', () => {
  let shop: Shop;
  const TOKEN = 'an-address-that-nobody-guesses';
  const SECRET = 'a-secret-of-this-shop-only';
  const account = (key: string) => ({
    ...NO_POLLS,
    SANDBOX_URL: '',
    FALABELLA_API_URL: `${shop.sandbox.url}/falabella/`,
    FALABELLA_USER_ID: 'sandbox@example.com',
    FALABELLA_API_KEY: key,
    FALABELLA_WEBHOOK_SECRET: SECRET,
    FALABELLA_WEBHOOK_TOKEN: TOKEN,
    FALABELLA_FEED_INTERVAL_MS: '0',
    ODOO_URL: `${shop.sandbox.url}/odoo`,
    ODOO_DB: 'sandbox',
    ODOO_API_KEY: 'sandbox-odoo-key',
    ODOO_WEBHOOK_SECRET: 'your_webhook_secret',
  });

  beforeAll(async () => {
    shop = await Shop.open({
      label: 'revoked',
      realAccounts: true,
      settings: { falabella: { apiKey: 'the-first-key' } },
    });
    await shop.start(account('the-first-key'));
    await shop.goLive('falabella', 'odoo');
    await shop.catalogueRead();
  });
  afterAll(async () => shop?.close());

  it('is left alone and raises one alert; with the new key everything is read and published, and nothing was lost', async () => {
    const { onHand } = shop.product('PROD-041');
    shop.sandbox.settings.falabella.apiKey = 'the-second-key';
    const url = `${shop.app.url}/falabella/webhook/${TOKEN}`;
    shop.sandbox.world.falabella.state.hooks = [{ id: 'hook', url, events: ['onOrderCreated'], createdAt: 0 }];
    const sold = await Promise.all(
      Array.from({ length: 6 }, () => shop.sandbox.world.orders.sell({ sku: 'PROD-040', webhook: 'registered' })),
    );
    for (let i = 0; i < 3; i++)
      expect(
        (
          await shop.call.order(orderBody(`REVOKED-${i}`, { products: [{ sku: 'PROD-041', quantity: 1 }] }), {
            'x-falabella-signature': SECRET,
          })
        ).status,
      ).toBe(200);
    await count(shop, 'PROD-042', 5);
    await eventually('it is raised', async () => expect(await pausedAlerts(shop)).toHaveLength(1));
    await eventually('every order is answered and waits', async () => {
      expect(shop.sandbox.state().falabella.outbox).toBe(0);
      const waiting = (await shop.books.events()).filter((event) => event.handle.error?.includes('E007'));
      expect(waiting).toHaveLength(sold.length);
    });
    for (let i = 0; i < 3; i++)
      await eventually('it is delivered all the same', () =>
        expect(shop.deliveriesOf(`REVOKED-${i}`)).toEqual(['1 done']),
      );
    expect(await pausedAlerts(shop)).toHaveLength(1);

    await shop.restart(account('the-second-key'));
    await shop.db
      .collection('webhook_events')
      .updateMany({ 'handle.error': /E007/ }, { $set: { 'handle.due': PAST() } });
    await shop.agrees(skus(40, 3));
    expect(await shop.books.entry('PROD-040')).toMatchObject({ reserved: sold.length });
    expect(await shop.books.entry('PROD-041')).toMatchObject({ quantity: onHand - 3 });
    expect(shop.shownAtFalabella('PROD-042')).toBe(5);
    expect(await shop.books.alerts()).toEqual([]);
  });
});
