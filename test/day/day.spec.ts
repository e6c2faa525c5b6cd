import { setTimeout as pause } from 'node:timers/promises';
import { Dice } from '../support/dice.js';
import { inBetweenFaults } from '../support/in-between.js';
import { eventually } from '../support/wait.js';
import { linesOf } from './report.js';
import { Shoppers } from './shoppers.js';
import { PublishTimes } from './publish-times.js';
import { amongTroubles } from './troubles.js';
import { CHANNELS, DayWorld, STORES } from './world.js';

/** `npm run day` simulates a whole day of 2,000; every test run simulates a part of one. */
const ORDERS = Number(process.env.DAY_ORDERS ?? 60);
/** Orders per second. */
const RATE = Number(process.env.DAY_RATE ?? 4);
/** SKUs that sell now and then. */
const SKUS = Number(process.env.DAY_SKUS ?? 44);
/** Change it for another day; a failure shows it. */
const SEED = Number(process.env.TEST_SEED ?? 20_261_122);
const EVERY_MS = 1_000 / RATE;
const FAULT_EVERY_MS = 2_000;
const RESTOCK_EVERY_MS = 2_000;
const DAY_MS = ORDERS * EVERY_MS;
/** A few bestsellers, many SKUs that sell now and then, and some that do not sell before the evening. */
const GOODS = [
  { prefix: 'HOT-', count: 20, units: 4 },
  { prefix: 'DAY-', count: SKUS, units: 40 },
  { prefix: 'LAST-', count: 6, units: 3 },
];
const PATIENT = { withinMs: 120_000, everyMs: 250 };

describe(`a day of ${ORDERS} orders at three stores and a seller (TEST_SEED=${SEED})`, () => {
  const dice = new Dice(SEED);
  let world: DayWorld;
  let shoppers: Shoppers;
  let faults = 0;
  let seconds = 0;

  beforeAll(async () => {
    world = await DayWorld.open({ goods: GOODS, dayMs: DAY_MS });
    shoppers = new Shoppers(world, dice, (those) => {
      const kind = world.skus.get(those.roll(100) < 35 ? 'HOT-' : 'DAY-') ?? [];
      return kind[those.roll(kind.length)] ?? '';
    });
  });
  afterAll(async () => world?.close());

  const hot = () => world.skus.get('HOT-') ?? [];
  /** Buys sold-out SKUs again, a few at a time. */
  const restock = async (until: Promise<unknown>) => {
    let isOver = false;
    void until.finally(() => (isOver = true));
    while (!isOver) {
      await pause(RESTOCK_EVERY_MS);
      const gone = hot().filter((sku) => world.truth.free(sku) <= 0);
      for (const sku of gone.slice(0, 2)) await world.receive(sku, 2 + dice.roll(4));
    }
  };
  const everybodyShows = (sku: string, units: number) =>
    eventually(
      `everybody shows ${units} of ${sku}`,
      () => expect(CHANNELS.map((channel) => world.shown(channel, sku))).toEqual(CHANNELS.map(() => units)),
      PATIENT,
    );

  it('sells, changes and cancels everywhere while every system outside fails now and then', async () => {
    const startedAt = performance.now();
    const selling = shoppers.day(ORDERS, EVERY_MS);
    [faults] = await Promise.all([amongTroubles(world, dice, FAULT_EVERY_MS, selling), restock(selling)]);
    seconds = (performance.now() - startedAt) / 1_000;
    expect(shoppers.tally.orders).toBeGreaterThan(0.95 * ORDERS);
  });

  it('sells nothing twice when sales are further apart than publishing takes', async () => {
    const last = world.skus.get('LAST-') ?? [];
    const sellOut = async (sku: string, first: number) => {
      for (let left = 3; left > 0; left--) {
        await everybodyShows(sku, left);
        expect(await shoppers.buyOne(CHANNELS[(first + left) % CHANNELS.length] ?? '', sku)).toBe(true);
      }
      await everybodyShows(sku, 0);
      for (const channel of CHANNELS) expect(await shoppers.buyOne(channel, sku)).toBe(false);
    };
    const selling = Promise.all(last.map(sellOut));
    faults += await amongTroubles(world, dice, FAULT_EVERY_MS, selling);
    expect(world.truth.oversold().filter(({ sku }) => last.includes(sku))).toEqual([]);
  });

  it('ends with every number right everywhere, every order counted once, and no limit broken', async () => {
    const { shop, truth } = world;
    await world.allTold();
    await world.quiet((line) => line.includes('reasons.short'));
    const publishTimes = await PublishTimes.read(world);
    const report = linesOf({
      tally: shoppers.tally,
      faults,
      lost: world.lostWebhooks(),
      seconds,
      sales: truth.sales,
      publishTimes,
    });
    process.stdout.write(`${report.join('\n')}\n`);
    expect(report.filter((line) => line.includes('NOT EXPLAINED'))).toEqual([]);

    // Units that were sold twice are bought once more, so that all of them can be delivered.
    for (const sku of world.all()) if (truth.free(sku) < 0) await world.receive(sku, -truth.free(sku));
    await eventually('Odoo was asked of everything', async () => expect(await world.unlike()).toEqual([]), PATIENT);
    await world.quiet();
    expect(await world.unlike()).toEqual([]);
    expect(await shop.differences(world.all())).toEqual([]);
    expect(await shop.books.wrongs()).toEqual([]);
    const movements = await shop.books.movements({ sku: { $in: world.all() } });
    expect(inBetweenFaults(movements, (sku) => truth.totalsOf(sku))).toEqual([]);
    expect((await shop.books.orders()).map(({ orderId }) => orderId).sort()).toEqual(
      CHANNELS.flatMap((channel) => world.ordersAt(channel)).sort(),
    );
    const { stores } = shop.sandbox.state().tiendanube;
    for (const store of STORES)
      expect(stores.find(({ id }) => String(id) === store)?.limits).toMatchObject({ violations: 0 });
    expect(shop.sandbox.world.calls.list('UpdateStock').filter(({ status }) => status === 429)).toEqual([]);
    expect(await shop.books.alerts()).toEqual([]);
  });
});
