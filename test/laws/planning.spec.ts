import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { type OrderSnapshot, type OrderStatus } from '../../src/orders/order-snapshot.js';
import { type Hold, type OrderState, type OrderSwitches } from '../../src/orders/order.types.js';
import { plan, type Plan } from '../../src/orders/planner.js';
import { type StockLocation, type Availability } from '../../src/orders/allocation.js';
import { runsOf } from './support/runs.js';

const FIRST_SEEN = new Date(0);
const HOUR_MS = 3_600_000;
const SKUS = ['A', 'B'];

const statuses = fc.constantFrom<OrderStatus>(
  'created',
  'confirmed',
  'paid',
  'ready_to_ship',
  'shipped',
  'delivered',
  'cancelled',
  'returned',
  'unknown',
);
const lines = fc.uniqueArray(
  fc.record({
    lineId: fc.constantFrom('1', '2', '3'),
    sku: fc.constantFrom('A', 'B', 'set', 'strange'),
    quantity: fc.integer({ min: 1, max: 4 }),
  }),
  { selector: ({ lineId }) => lineId, maxLength: 3 },
);
/**
 * The state of the world at one planning: the stock of each warehouse, whether the unknown SKU is known by
 * then, and the hour.
 */
const moment = fc.record({
  status: statuses,
  paid: fc.constantFrom(undefined, true, false),
  lines,
  available: fc.array(fc.integer({ min: -2, max: 6 }), { minLength: 4, maxLength: 4 }),
  known: fc.boolean(),
  hour: fc.integer({ min: 0, max: 3 }),
  /** What follows: nothing, the holds are named for a delivery, or they are delivered. */
  then: fc.constantFrom('nothing' as const, 'named' as const, 'delivered' as const, 'released by hand' as const),
});
type Moment = typeof moment extends fc.Arbitrary<infer M> ? M : never;

const switches: fc.Arbitrary<OrderSwitches> = fc.record({
  reserveAt: fc.constantFrom('created' as const, 'paid' as const),
  deliverAt: fc.constantFrom('confirmed' as const, 'shipped' as const),
  deliverUnpaid: fc.boolean(),
  reservationHours: fc.constantFrom(null, 2),
});

function availabilityOf({ available, known, lines: sold }: Moment): Availability {
  const places = (sku: string): StockLocation[] =>
    ['main', 'north'].map((warehouse, i) => ({
      warehouse,
      master: i === 0 ? 'erp' : 'ledger',
      available: available[SKUS.indexOf(sku) * 2 + i] ?? 0,
    }));
  const partsOf = (sku: string) =>
    sku === 'set' ? SKUS.map((part) => ({ sku: part, units: 2 })) : [{ sku: sku === 'strange' ? 'A' : sku, units: 1 }];
  const mapped = sold.filter(({ sku }) => sku !== 'strange' || known);
  return {
    parts: new Map(mapped.map(({ lineId, sku }) => [lineId, partsOf(sku)])),
    places: new Map(SKUS.map((sku) => [sku, places(sku)])),
    decided: new Map(),
  };
}

function planAt(order: OrderState, at: Moment, version: number, its: OrderSwitches): Plan {
  const now: OrderSnapshot = {
    orderId: 'A-1',
    status: at.status,
    statusText: at.status,
    ...(at.paid === undefined ? {} : { paid: at.paid }),
    lines: at.lines,
    version,
  };
  const clock = { firstSeen: FIRST_SEEN, at: new Date(at.hour * HOUR_MS) };
  return plan({ order, now, switches: its, availability: availabilityOf(at), key: 'shop/A-1', clock });
}

function next(planned: Plan, rev: number, then: Moment['then'], version: number): OrderState {
  const { holds, transfers, lines: fixed, unmapped, returns, released } = planned;
  const state: OrderState = { rev, holds, transfers, lines: fixed, unmapped, returns, released };
  const open = (hold: Hold) =>
    hold.ended === undefined && hold.releaseRev === undefined && !hold.unwanted && hold.transfer === undefined;
  switch (then) {
    case 'nothing':
      return state;
    case 'released by hand':
      return { ...state, released: { reason: 'asked for', actor: 'somebody', at: FIRST_SEEN, version } };
    case 'named': {
      const n = transfers.length + 1;
      const named = holds.map((hold) => (open(hold) ? { ...hold, transfer: n } : hold));
      return holds.some(open)
        ? { ...state, holds: named, transfers: [...transfers, { n, name: `x/${n}`, state: 'named' }] }
        : state;
    }
    case 'delivered':
      return { ...state, holds: holds.map((hold) => (open(hold) ? { ...hold, ended: 'committed' as const } : hold)) };
  }
}

describe('planning an order twice, whatever has happened to it, wherever its goods are', () => {
  it('plans nothing', () => {
    fc.assert(
      fc.property(fc.array(moment, { minLength: 1, maxLength: 6 }), switches, (history, its) => {
        let state: OrderState = { rev: 0, holds: [], transfers: [] };
        history.forEach((at, version) => {
          const planned = planAt(state, at, version, its);
          state = next(planned, state.rev + 1, 'nothing', version);
          const again = planAt(state, at, version, its);
          if (again.toRecord) throw new Error('the second plan asks for something');
          if (!isDeepStrictEqual(again.holds, state.holds)) throw new Error('the second plan changes what is promised');
          if (!isDeepStrictEqual(again.transfers, state.transfers))
            throw new Error('the second plan changes a delivery');
          state = next(again, state.rev + 1, at.then, version);
        });
      }),
      { numRuns: runsOf(10_000), seed: Number(process.env.LAWS_SEED ?? 1) },
    );
  });
});
