import { productsOf } from '../sandbox/falabella/orders.js';
import { type FalabellaOrder } from '../sandbox/falabella/state.js';
import { AppProcess, freePort } from './support/app-process.js';
import { orderScripts, playScripts, soldUnits } from './support/falabella-orders.js';
import { addProducts } from './support/many-products.js';
import { Shop } from './support/shop.js';
import { Dice } from './support/dice.js';
import { eventually } from './support/wait.js';

/** Change it for other orders; a failure shows it. */
const SEED = Number(process.env.TEST_SEED ?? 20_260_501);
const ADDRESS = '/falabella/webhook/sandbox-falabella-webhooks';
const IN_STOCK = 5_000;
const SKUS = 30;
/** The listings of the sandbox before any is added. */
const SAMPLES = 54;
/** Of these, Falabella delivers some from its own warehouse. */
const FULFILLED = 5;
/** `.ci/long` plays more of them. */
const ORDERS = Number(process.env.CROWD_ORDERS ?? 60);
const PATIENT = { withinMs: 300_000, everyMs: 1_000 };

describe(`orders as Falabella has them (TEST_SEED=${SEED})`, () => {
  let shop: Shop;
  let skus: string[] = [];

  beforeEach(async () => {
    shop = await Shop.open({
      label: 'fala_orders',
      settings: { falabella: { webhookLoss: 4, webhookReorderMs: 400, webhookTimeoutMs: 30_000 } },
      env: {
        // No process dies here, so slow work need not be woken again and again.
        SWEEP_INTERVAL_MS: '1000',
        LEASE_TTL_MS: '10000',
        // The limit on pushes has tests of its own.
        FALABELLA_FEED_INTERVAL_MS: '0',
        FALABELLA_PUSH_INTERVAL_MS: '250',
        ORDER_POLL_INTERVAL_MS: '3000',
        FALABELLA_ORDERS_OVERLAP_MINUTES: '0',
      },
    });
    skus = addProducts(shop.sandbox, { count: SKUS, inOdoo: () => IN_STOCK, atFalabella: () => IN_STOCK });
    for (const sku of skus.slice(0, FULFILLED))
      Object.assign(shop.sandbox.world.falabella.state.products[sku] ?? {}, { fulfilled: IN_STOCK });
    await shop.start();
    await eventually(
      'the catalogue is read',
      async () => expect(await shop.books.count('listings')).toBe(SKUS + SAMPLES),
      PATIENT,
    );
    await shop.quiet(PATIENT);
  });
  afterEach(async () => shop?.close());

  const register = (...urls: string[]) => {
    const events = ['onOrderCreated', 'onOrderItemsStatusChanged'];
    shop.sandbox.world.falabella.state.hooks = urls.map((url, i) => ({
      id: `hook-${i}`,
      url: `${url}${ADDRESS}`,
      events,
      createdAt: 0,
    }));
  };
  const play = async (count: number, seed: number) => {
    const dice = new Dice(seed);
    await playScripts(shop.sandbox, orderScripts(count, skus, skus.slice(0, FULFILLED), dice), dice);
  };

  /** Waits until no work is left, and orders without a webhook were polled. */
  const over = async () => {
    await eventually(
      'every webhook is delivered',
      () => expect(shop.sandbox.world.falabella.state.outbox).toHaveLength(0),
      PATIENT,
    );
    const now = new Date();
    const asked = async () => {
      const connection = await shop.db
        .collection<{ _id: string; polledSince?: Date }>('connections')
        .findOne({ _id: 'falabella' });
      expect(connection?.polledSince?.getTime()).toBeGreaterThan(now.getTime());
    };
    await eventually('Falabella was asked which orders changed', asked, PATIENT);
    await shop.quiet(PATIENT);
  };

  /** Compares the ledger, Odoo and Falabella with Falabella's orders alone. */
  const isTheTruth = async () => {
    expect(await knownOtherwise(shop)).toEqual([]);
    const { orders } = shop.sandbox.state().falabella;
    const sold = soldUnits(orders);
    for (const sku of skus) {
      const { pending, gone } = sold.get(sku) ?? { pending: 0, gone: 0 };
      expect(await shop.books.entry(sku)).toMatchObject({ sku, quantity: IN_STOCK - gone, reserved: pending });
    }
    expect(await shop.differences(skus)).toEqual([]);
    expect((await shop.books.orders()).map(({ orderId }) => orderId).sort()).toEqual(
      orders.map(({ number }) => number).sort(),
    );
    const owed = orders.flatMap((order) =>
      [...soldUnits([order])].flatMap(([sku, { gone }]) => (gone > 0 ? [`${order.number} ${sku} ${gone}`] : [])),
    );
    expect(deliveredUnits(shop)).toEqual(owed.sort());
    expect(await shop.books.wrongs()).toEqual([]);
    expect(await shop.books.alerts()).toEqual([]);
  };

  it(`${ORDERS} of them, with late, repeated, different or no webhooks, end as Falabella has them; repeats long after change nothing`, async () => {
    register(shop.app.url);
    await play(ORDERS, SEED);
    await over();
    await isTheTruth();

    const before = await shop.books.count('stock_movements');
    // As if their retention had expired.
    await shop.db.collection('webhook_events').deleteMany({ topic: { $ne: 'poll' } });
    await repeat(shop, new Dice(SEED));
    await over();
    expect(await shop.books.count('stock_movements')).toBe(before);
    await isTheTruth();
  });

  it(`${ORDERS / 2} of them end the same when two processes receive webhooks about each`, async () => {
    const second = AppProcess.spawn(shop.environment({ PORT: String(await freePort()) }));
    try {
      await second.listening();
      register(shop.app.url, second.url);
      await play(ORDERS / 2, SEED + 1);
      await over();
      await isTheTruth();
      expect((await second.stop()).code).toBe(0);
    } finally {
      await second.kill9();
    }
  });
});

/** The orders that differ from Falabella's, as text. */
async function knownOtherwise(shop: Shop): Promise<string[]> {
  const known = new Map((await shop.books.orders()).map((order) => [order.orderId, order]));
  return shop.sandbox.state().falabella.orders.flatMap((order) => {
    const holds = (known.get(order.number)?.holds ?? []).filter((hold) => hold.releaseRev === undefined);
    const units = (sku: string, ended?: string) =>
      holds.filter((hold) => hold.sku === sku && hold.ended === ended).reduce((sum, hold) => sum + hold.units, 0);
    const truth = soldUnits([order]);
    return [...new Set([...truth.keys(), ...holds.map((hold) => hold.sku)])].flatMap((sku) => {
      const { pending, gone } = truth.get(sku) ?? { pending: 0, gone: 0 };
      const [held, committed] = [units(sku), units(sku, 'committed')];
      return held === pending && committed === gone
        ? []
        : [`${order.number} ${sku}: ${pending} pending and ${gone} gone at Falabella, ${held} and ${committed} here`];
    });
  });
}

/** The units that our deliveries have taken out of Odoo, by order and SKU. */
function deliveredUnits(shop: Shop): string[] {
  const units = new Map<string, number>();
  for (const { name, state, lines } of shop.sandbox.state().odoo.pickings) {
    const [, order] = /^SO[0-9A-F]{8}\/falabella\/(.+)\/\d+$/.exec(name) ?? [];
    if (order === undefined || state !== 'done') continue;
    for (const { sku, quantity } of lines) units.set(`${order} ${sku}`, (units.get(`${order} ${sku}`) ?? 0) + quantity);
  }
  return [...units].map(([item, count]) => `${item} ${count}`).sort();
}

/** Repeats the first webhook of a third of the orders. */
async function repeat(shop: Shop, dice: Dice): Promise<void> {
  const orders = shop.sandbox.world.falabella.state.orders.filter(() => dice.roll(3) === 0);
  const tell = async (order: FalabellaOrder) => {
    const [item] = order.items;
    const late = [
      { event: 'onOrderCreated', payload: { OrderId: order.id } },
      {
        event: 'onOrderItemsStatusChanged',
        payload: { OrderId: String(order.id), OrderItemIds: [String(item?.id)], NewStatus: 'pending' },
      },
    ];
    for (const body of late)
      expect(await shop.call.post(ADDRESS, body)).toMatchObject({ status: 200, body: { status: 'accepted' } });
    const products = productsOf({ ...order, items: order.items.map((one) => ({ ...one, status: 'pending' })) });
    const body = {
      orderId: order.number,
      products,
      status: 'pending',
      timestamp: new Date(order.createdAt).toISOString(),
    };
    if (products.length > 0) expect(await shop.call.order(body)).toMatchObject({ status: 200 });
  };
  for (let i = 0; i < orders.length; i += 10) await Promise.all(orders.slice(i, i + 10).map(tell));
}
