import fc from 'fast-check';
import { type OrderLine, type OrderSnapshot, type OrderStatus } from '../../../src/orders/order-snapshot.js';
import { type StockEntry } from '../../../src/stock/schemas.js';
import { Machinery } from '../support/machinery.js';
import { checkProperty, type PropertyRuns } from '../support/property.js';
import { Random } from '../support/random.js';
import { quietScenario } from '../support/shop/quiet.js';
import { SHOP, type Bundle, type Scenario, type StockPlace } from '../support/shop/scenario.js';
import { warehouse } from '../support/shop/warehouse.js';
import { Timeline } from '../support/time/timeline.js';
import { Weather } from '../support/time/weather.js';

const PLACES: readonly StockPlace[] = [
  { sku: 'own-1', warehouse: 'main', master: 'ledger', stock: 5, counted: true },
  { sku: 'own-1', warehouse: 'north', master: 'ledger', stock: 3, counted: true },
  { sku: 'own-2', warehouse: 'main', master: 'ledger', stock: 4, counted: true },
];
const BUNDLE: Bundle = {
  sku: 'set-1',
  parts: [
    { sku: 'own-1', quantity: 2 },
    { sku: 'own-2', quantity: 1 },
  ],
};
const SOLD = ['own-1', 'own-2', BUNDLE.sku];

/** One version of an order: units by line, and its status. */
interface Version {
  readonly status: OrderStatus;
  readonly units: readonly number[];
}

/** Everything that happens in one run, in order. Small numbers are indexes, taken modulo the length of their list. */
interface Script {
  readonly reserveAt: 'created' | 'paid';
  /** For each order: the SKUs of its lines, and its versions from first to last. */
  readonly orders: readonly { readonly skus: readonly number[]; readonly versions: readonly Version[] }[];
  /**
   * Which version of which order arrives, and after how many milliseconds: late, repeated or out of order.
   * The newest version of each order arrives last.
   */
  readonly arrivals: readonly { readonly order: number; readonly version: number; readonly afterMs: number }[];
  /** The times at which a process dies, in milliseconds. */
  readonly deaths: readonly number[];
  /** Seed of the scheduling. */
  readonly schedule: number;
}

const version = fc.record({
  status: fc.constantFrom<OrderStatus>('created', 'paid', 'cancelled'),
  units: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 3, maxLength: 3 }),
});
const script: fc.Arbitrary<Script> = fc.record({
  reserveAt: fc.constantFrom('created' as const, 'paid' as const),
  orders: fc.array(
    fc.record({
      skus: fc.array(fc.nat({ max: 2 }), { minLength: 3, maxLength: 3 }),
      versions: fc.array(version, { minLength: 1, maxLength: 5 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  arrivals: fc.array(
    fc.record({ order: fc.nat({ max: 2 }), version: fc.nat({ max: 4 }), afterMs: fc.nat({ max: 12 }) }),
    {
      maxLength: 10,
    },
  ),
  deaths: fc.array(fc.nat({ max: 80 }), { maxLength: 2 }),
  schedule: fc.nat(),
});

/** Units in stock and reserved, by SKU. */
type Balances = Record<string, { quantity: number; reserved: number }>;

/** The expected balances, computed independently of the services: only the newest version of each order counts. */
function reference({ orders, reserveAt }: Script): Balances {
  const balances: Balances = {};
  for (const { sku, stock } of PLACES) {
    balances[sku] ??= { quantity: 0, reserved: 0 };
    balances[sku].quantity += stock;
  }
  const promise = (sku: string, units: number) => {
    const balance = balances[sku];
    if (balance) balance.reserved += units;
  };
  for (const { skus, versions } of orders) {
    const newest = versions.at(-1);
    if (!newest || newest.status === 'cancelled' || (reserveAt === 'paid' && newest.status !== 'paid')) continue;
    newest.units.forEach((units, line) => {
      const sku = SOLD[skus[line] ?? 0] ?? '';
      if (sku === BUNDLE.sku) BUNDLE.parts.forEach((part) => promise(part.sku, units * part.quantity));
      else promise(sku, units);
    });
  }
  return balances;
}

/**
 * A paid order stays paid for us while its platform says nothing else, so histories that contradict this
 * are corrected.
 */
function plausible(given: Script): Script {
  const orders = given.orders.map((order) => {
    let paid = false;
    const versions = order.versions.map((one) => {
      paid ||= one.status === 'paid';
      return paid && one.status === 'created' ? { ...one, status: 'paid' as const } : one;
    });
    return { ...order, versions };
  });
  return { ...given, orders };
}

function snapshotOf({ orders }: Script, order: number, at: number): OrderSnapshot {
  const { skus = [], versions = [] } = orders[order] ?? {};
  const { status = 'created', units = [] } = versions[at] ?? {};
  const lines = units.map((quantity, i): OrderLine => ({
    lineId: `line-${i}`,
    sku: SOLD[skus[i] ?? 0] ?? '',
    quantity,
  }));
  return {
    orderId: `A${order}`,
    status,
    statusText: status,
    lines: lines.filter((line) => line.quantity > 0),
    version: at + 1,
  };
}

function scenarioOf({ reserveAt }: Script): Scenario {
  return quietScenario({
    warehouses: [warehouse('main', 0), warehouse('north', 1)],
    places: PLACES,
    bundles: [BUNDLE],
    sold: SOLD,
    selling: { reserveAt, deliverAt: 'shipped', deliverUnpaid: false, reservationHours: null, pushes: 'available' },
  });
}

/** Runs a script with the real services. */
async function play(given: Script): Promise<{ balances: Balances; faults: readonly string[] }> {
  const random = new Random(given.schedule);
  const timeline = new Timeline(new Random(given.schedule ^ 0x5eed), new Weather(random), false);
  const machinery = new Machinery(scenarioOf(given), timeline, random, () => undefined);
  await machinery.run(() => {
    let at = 0;
    const arrive = (order: number, version: number) => {
      const snapshot = snapshotOf(given, order, version);
      timeline.after(at, () =>
        machinery.receive(`${snapshot.orderId}/${version}`, SHOP, { kind: 'order', order: snapshot }, false),
      );
    };
    for (const arrival of given.arrivals) {
      at += arrival.afterMs;
      const order = arrival.order % given.orders.length;
      arrive(order, arrival.version % (given.orders[order]?.versions.length ?? 1));
    }
    given.orders.forEach(({ versions }, order) => arrive(order, versions.length - 1));
    for (const death of given.deaths) timeline.after(death, () => machinery.crash());
  });
  const balances: Balances = {};
  for (const entry of machinery.tables.entries.docs.values()) {
    const { sku, quantity, reserved } = entry as unknown as StockEntry;
    const balance = (balances[sku] ??= { quantity: 0, reserved: 0 });
    balance.quantity += quantity;
    balance.reserved += reserved;
  }
  return { balances, faults: machinery.watch.faults };
}

export function carryOut(runs: PropertyRuns): Promise<string | null> {
  return checkProperty(runs, script, async (drawn) => {
    const given = plausible(drawn);
    const { balances, faults } = await play(given);
    const expected = JSON.stringify(sorted(reference(given)));
    const found = JSON.stringify(sorted(balances));
    if (found !== expected) throw new Error(`it comes to ${found}, it should come to ${expected}`);
    if (faults.length > 0) throw new Error(faults.join('\n'));
  });
}

function sorted(balances: Balances): [string, unknown][] {
  return Object.entries(balances).sort(([a], [b]) => (a < b ? -1 : 1));
}
