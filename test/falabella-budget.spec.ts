import { type Feed } from '../sandbox/falabella/state.js';
import { AppProcess, freePort } from './support/app-process.js';
import { Caller, orderBody } from './support/caller.js';
import { addProducts, countSilently } from './support/many-products.js';
import { PrivateRedis } from './support/redis.js';
import { Shop, type ShopOptions } from './support/shop.js';
import { eventually, waitFor } from './support/wait.js';

const PATIENT = { withinMs: 120_000, everyMs: 200 };
/** The listings of the sandbox before any is added. */
const SAMPLES = 54;

interface Limit {
  readonly burst: number;
  readonly intervalMs: number;
}

/** A shop with a limit on Falabella's stock pushes, which its application knows. */
function limited(label: string, { burst, intervalMs }: Limit, more: Partial<ShopOptions> = {}): Promise<Shop> {
  return Shop.open({
    label,
    settings: { falabella: { feedLimit: true, feedBurst: burst, feedIntervalMs: intervalMs, feedDurationMs: 50 } },
    env: {
      FALABELLA_FEED_BURST: String(burst),
      FALABELLA_FEED_INTERVAL_MS: String(intervalMs),
      // The test changes many listings at once on purpose, so the brake must not hold them.
      BRAKE_PERCENT: '100',
      // No process dies here: leases last as long as in production, also where the machine is busy.
      LEASE_TTL_MS: '10000',
    },
    ...more,
  });
}

const sell = async (shop: Shop, orderId: string, sku: string, caller = shop.call) =>
  expect((await caller.order(orderBody(orderId, { products: [{ sku, quantity: 1 }] }))).status).toBe(200);
const count = (shop: Shop, sku: string, quantity: number) => shop.sandbox.world.odooPlays.count({ sku, quantity });
const feeds = (shop: Shop): Feed[] => shop.sandbox.world.falabella.state.feeds;
const skusOf = (feed: Feed | undefined) => (feed?.records ?? []).map(({ sku }) => sku);

/** Refused calls, and feeds sent before the limit allows once the burst is used up. */
function overTheLimit(shop: Shop, { burst, intervalMs }: Limit): string[] {
  const refused = shop.sandbox.world.calls.list('UpdateStock').filter((call) => call.status !== 200);
  const times = feeds(shop).map((feed) => feed.createdAt);
  const early = times.filter((time, i) => i >= Math.max(1, burst) && time - (times[i - 1] ?? 0) < intervalMs);
  return [
    ...refused.map((call) => `refused: ${call.answer}`),
    ...early.map((time) => `too early: ${new Date(time).toISOString()}`),
  ];
}

/** Waits until Odoo, the ledger and Falabella show the same numbers for every listing. */
async function allRight(shop: Shop): Promise<void> {
  const look = async () => {
    const { odoo, falabella } = shop.sandbox.state();
    const free = new Map(odoo.products.map((product) => [product.sku, product.free]));
    const entries = await shop.db.collection<{ sku: string; available: number }>('stock_entries').find().toArray();
    const ledger = new Map(entries.map((entry) => [entry.sku, entry.available]));
    const wrong = falabella.stock.filter(
      ({ sku, available }) => available !== ledger.get(sku) || available !== free.get(sku),
    );
    const [first] = wrong;
    if (first)
      throw new Error(
        `${wrong.length} differ, ${first.sku}: ${first.available}, ${ledger.get(first.sku)}, ${free.get(first.sku)}`,
      );
    return true;
  };
  await waitFor('every place shows the same', look, PATIENT);
}

const allSeen = (shop: Shop, added: number) =>
  eventually(
    'everything is seen in Odoo',
    async () =>
      expect(await shop.db.collection('stock_entries').countDocuments({ observedAt: { $exists: true } })).toBe(
        added + SAMPLES,
      ),
    PATIENT,
  );

describe('a Falabella that limits stock pushes', () => {
  let shop: Shop;
  afterEach(async () => shop?.close());

  /**
   * Uses up the budget, as after a refused push, for longer than any test takes: nothing is pushed before
   * `nextSlot`.
   */
  const spend = () =>
    shop.db
      .collection<{ _id: string }>('connections')
      .updateOne({ _id: 'falabella' }, { $set: { waitUntil: new Date(Date.now() + 600_000) } });
  const nextSlot = () =>
    shop.db.collection<{ _id: string }>('connections').updateOne({ _id: 'falabella' }, { $unset: { waitUntil: '' } });

  it('receives 2,000 SKUs that changed at once within its limit, those at zero first, and a sale with the next push', async () => {
    const limit = { burst: 0, intervalMs: 500 };
    shop = await limited('budget', limit);
    const shown = (position: number) => 30 + (position % 50);
    const added = addProducts(shop.sandbox, { count: 2_000, inOdoo: shown, atFalabella: shown });
    await shop.start();
    await allSeen(shop, added.length);
    expect(feeds(shop)).toEqual([]);
    await shop.app.stop();
    countSilently(shop.sandbox, added, (position) => shown(position) - 10);
    await spend();
    await shop.start();
    const changes = { kind: 'adjust', sku: /^BULK-/ };
    await eventually(
      'the changes are seen',
      async () => expect(await shop.db.collection('stock_movements').countDocuments(changes)).toBe(added.length),
      PATIENT,
    );

    // The last to change.
    await sell(shop, 'FAL-SALE', 'PROD-001');
    await count(shop, 'PROD-002', 0);
    await eventually(
      'both are counted',
      async () => {
        expect((await shop.books.movementsOf('FAL-SALE')).map(({ kind }) => kind)).toEqual(['reserve', 'commit']);
        expect(await shop.books.entry('PROD-002')).toMatchObject({ quantity: 0 });
      },
      PATIENT,
    );
    expect(feeds(shop)).toEqual([]);
    await nextSlot();
    const first = skusOf(await waitFor('something is told', () => feeds(shop)[0]));
    expect([first.length, ...first.slice(0, 2)]).toEqual([500, 'PROD-002', 'PROD-001']);

    await allRight(shop);
    expect(overTheLimit(shop, limit)).toEqual([]);
  });

  it('receives falls to a few units at once, takes the others along, and otherwise lets them wait', async () => {
    const limit = { burst: 3, intervalMs: 60_000 };
    shop = await limited('urgent', limit);
    await shop.start();
    await shop.catalogueRead();
    const told = async (calls: number) => {
      await eventually(`push ${calls} is made`, () => expect(feeds(shop)).toHaveLength(calls));
      return skusOf(feeds(shop)[calls - 1]);
    };
    await sell(shop, 'FAL-FIRST', 'PROD-010');
    expect(await told(1)).toEqual(['PROD-010']);
    await sell(shop, 'FAL-SECOND', 'PROD-011');
    await eventually('it is counted', async () => expect(await shop.books.movementsOf('FAL-SECOND')).toHaveLength(2));
    await count(shop, 'PROD-012', 3);
    expect(await told(2)).toEqual(expect.arrayContaining(['PROD-012', 'PROD-011']));
    await count(shop, 'PROD-013', 90);
    await eventually('it is counted', async () =>
      expect(await shop.books.entry('PROD-013')).toMatchObject({ quantity: 90 }),
    );
    await count(shop, 'PROD-014', 0);
    expect((await told(3))[0]).toBe('PROD-014');
    // This was the last push of the burst.
    await count(shop, 'PROD-015', 0);
    await eventually('it is counted', async () =>
      expect(await shop.books.entry('PROD-015')).toMatchObject({ quantity: 0 }),
    );
    await eventually('it waits for its time', async () =>
      expect((await shop.call.logs('/logs?action=stock.push&limit=1'))[0]?.response).toMatchObject({
        waiting: expect.any(String) as string,
      }),
    );
    expect(feeds(shop)).toHaveLength(3);
    expect(overTheLimit(shop, limit)).toEqual([]);
  });

  it("receives one limit's pushes from two processes, also after Redis lost everything", async () => {
    const limit = { burst: 3, intervalMs: 400 };
    const redis = await PrivateRedis.start();
    let second: AppProcess | null = null;
    try {
      shop = await limited('shared', limit, { redisUrl: redis.url });
      addProducts(shop.sandbox, { count: 600, inOdoo: (position) => position % 12, atFalabella: () => 40 });
      second = AppProcess.spawn(shop.environment({ PORT: String(await freePort()) }));
      await Promise.all([shop.start(), second.listening()]);
      const callers = [shop.call, new Caller(second.url)];
      const skus = Array.from({ length: 40 }, (_, i) => `PROD-0${String(i + 10)}`);
      await waitFor('the first pushes are made', () => feeds(shop).length > 2, PATIENT);
      for (const [i, sku] of skus.entries()) {
        await sell(shop, `FAL-SHARED-${i}`, sku, callers[i % 2]);
        if (i % 13 === 5) await redis.flush();
      }
      await allSeen(shop, 600);
      await allRight(shop);
      expect(overTheLimit(shop, limit)).toEqual([]);
      await eventually('every order is recorded', async () => expect(await shop.books.wrongs()).toEqual([]));
    } finally {
      await second?.kill9();
      await redis.close();
    }
  });
});
