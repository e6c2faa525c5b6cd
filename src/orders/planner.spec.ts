import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { afterCount, nextErpStep } from './erp-step.js';
import { deliverWith, freeFromTransfer, isActive, isIn, ship, stateOf, transferOf } from './hold-state.js';
import { type OrderSnapshot, type OrderStatus } from './order-snapshot.js';
import { type Hold, type OrderDoc, type OrderState, type OrderSwitches } from './order.types.js';
import { plan, type Plan } from './planner.js';
import { type Availability } from './allocation.js';

const SWITCHES: OrderSwitches = {
  reserveAt: 'created',
  deliverAt: 'confirmed',
  deliverUnpaid: false,
  reservationHours: null,
};
const RUNS = 10_000;
const CLOCK = { firstSeen: new Date(0), at: new Date(0) };

/** Every channel SKU is one unit of the stock SKU of the same name, in the main warehouse. */
function availabilityOf(now: OrderSnapshot): Availability {
  const place = (sku: string) => ({
    warehouse: 'main',
    master: sku.startsWith('own') ? 'ledger' : 'odoo',
    available: 10,
  });
  return {
    parts: new Map(now.lines.map(({ lineId, sku }) => [lineId, [{ sku, units: 1 }]])),
    places: new Map(['A', 'B', 'own-C', 'A-new'].map((sku) => [sku, [place(sku)]])),
    decided: new Map(),
  };
}
const EMPTY: OrderState = { rev: 0, holds: [], transfers: [] };

function snapshot(status: OrderStatus, lines: Record<string, number>, version = 1): OrderSnapshot {
  return {
    orderId: 'A-1',
    status,
    statusText: status,
    version,
    lines: Object.entries(lines).map(([sku, quantity]) => ({ lineId: sku, sku, quantity })),
  };
}

function planned(state: OrderState, now: OrderSnapshot, switches = SWITCHES): OrderState {
  const { holds, transfers, lines } = planOf(state, now, switches);
  return { rev: state.rev + 1, holds, transfers, lines };
}

function planOf(order: OrderState, now: OrderSnapshot, switches = SWITCHES): Plan {
  return plan({ order, now, switches, availability: availabilityOf(now), key: 'shop/A-1', clock: CLOCK });
}

/** The ERP's answer to a booking, or to the cancellation of an unbooked delivery. */
type ErpAnswer = 'done' | 'cancelled' | 'later';

/** Plays the ERP's part as the worker does, until nothing is left or the ERP postpones. */
function carryOut(state: OrderState, now: OrderSnapshot, answers: () => ErpAnswer, limit = 50): OrderState {
  let order = docOf(state, now);
  for (let i = 0; i < limit; i++) {
    const step = nextErpStep(order, SWITCHES);
    if (!step) return order;
    const keys = new Set('holds' in step ? step.holds.map((hold) => hold.key) : []);
    const holds = (change: (hold: Hold) => Hold) =>
      order.holds.map((hold) => (keys.has(hold.key) ? change(hold) : hold));
    switch (step.do) {
      case 'name':
        order = {
          ...order,
          holds: holds((hold) => deliverWith(hold, step.n)),
          transfers: [...order.transfers, { n: step.n, name: `x/${step.n}`, state: 'named' }],
        };
        break;
      case 'ship':
        order = { ...order, holds: holds(ship) };
        break;
      case 'count':
        order = {
          ...order,
          ...afterCount(order, step, SWITCHES, availabilityOf(order.snapshot), CLOCK.at),
          rev: order.rev,
        };
        break;
      case 'deliver':
      case 'cancel': {
        const answer = answers();
        if (answer === 'later') return order;
        const done = answer === 'done';
        order = {
          ...order,
          transfers: order.transfers.map((t) =>
            t.n === step.transfer.n ? { ...t, state: done ? 'done' : 'cancelled' } : t,
          ),
          holds: done
            ? order.holds
            : order.holds.map((hold) => (transferOf(hold) === step.transfer.n ? freeFromTransfer(hold) : hold)),
        };
        break;
      }
    }
    order = { ...order, rev: order.rev + 1 };
  }
  throw new Error('the work in the ERP does not end');
}

function docOf(state: OrderState, now: OrderSnapshot): OrderDoc {
  const at = new Date(0);
  const idle = { requested: 0, processed: 0 };
  return {
    _id: 'shop/A-1',
    connection: 'shop',
    orderId: 'A-1',
    snapshot: now,
    record: idle,
    deliver: idle,
    createdAt: at,
    updatedAt: at,
    schemaVersion: 1,
    ...state,
  };
}

const units = (holds: readonly Hold[], of: (hold: Hold) => boolean) =>
  holds.filter(of).reduce((sum, hold) => sum + hold.units, 0);

describe('planning an order', () => {
  it('reserves the units of an order that is seen for the first time', () => {
    const state = planned(EMPTY, snapshot('confirmed', { A: 2, B: 1 }));
    expect(state.holds.map(({ sku, units: n, key }) => [sku, n, key])).toEqual([
      ['A', 2, 'shop/A-1/1/0'],
      ['B', 1, 'shop/A-1/1/1'],
    ]);
  });

  it('reserves nothing for an order that is first seen cancelled', () => {
    expect(planned(EMPTY, snapshot('cancelled', { A: 2 })).holds).toEqual([]);
  });

  it('changes nothing for an unknown status', () => {
    const state = planned(EMPTY, snapshot('confirmed', { A: 2 }));
    expect(planned(state, snapshot('unknown', { A: 5 })).holds).toEqual(state.holds);
  });

  it('releases the units in the ledger when no delivery was begun', () => {
    const state = planned(planned(EMPTY, snapshot('confirmed', { A: 2 })), snapshot('cancelled', { A: 2 }));
    expect(state.holds.map(stateOf)).toEqual([{ is: 'releasing', rev: 2 }]);
  });

  it('asks the ERP first when a delivery may have begun', () => {
    const begun = carryOut(
      planned(EMPTY, snapshot('confirmed', { A: 2 })),
      snapshot('confirmed', { A: 2 }),
      () => 'later',
    );
    const state = planned(begun, snapshot('cancelled', { A: 2 }));
    expect(state.transfers).toMatchObject([{ n: 1, cancel: true }]);
    expect(state.holds.map(stateOf)).toEqual([{ is: 'cancelling', transfer: 1 }]);
  });

  it('reports units that were delivered and then cancelled', () => {
    const done = carryOut(
      planned(EMPTY, snapshot('confirmed', { A: 2 })),
      snapshot('confirmed', { A: 2 }),
      () => 'done',
    );
    expect(planOf(done, snapshot('cancelled', { A: 2 })).returnedUnits).toEqual([{ lineId: 'A', sku: 'A', units: 2 }]);
  });

  it('asks for the ledger when a delivery leaves units to reserve', () => {
    const confirmed = (A: number) => snapshot('confirmed', { A });
    const begun = carryOut(planned(EMPTY, confirmed(2)), confirmed(2), () => 'later');
    const edited = planned(planned(begun, confirmed(1)), confirmed(4));
    const order = {
      ...docOf(edited, confirmed(4)),
      transfers: edited.transfers.map((t) => ({ ...t, state: 'done' as const })),
    };
    const step = nextErpStep(order, SWITCHES);
    if (step?.do !== 'count') throw new Error('the step is not `count`');
    const after = afterCount(order, step, SWITCHES, availabilityOf(order.snapshot), CLOCK.at);
    expect(after.holds.some((hold) => hold.rev === order.rev + 1)).toBe(after.toRecord);
    expect(after.toRecord).toBe(true);
  });

  it('does not reserve before the status that the switch names', () => {
    const switches: OrderSwitches = { ...SWITCHES, reserveAt: 'paid', deliverAt: 'paid' };
    expect(planned(EMPTY, snapshot('confirmed', { A: 2 }), switches).holds).toEqual([]);
    expect(planned(EMPTY, snapshot('paid', { A: 2 }), switches).holds).toHaveLength(1);
  });

  it('keeps the SKU of a line as it was first planned', () => {
    const first = planned(EMPTY, snapshot('confirmed', { A: 1 }));
    const renamed: OrderSnapshot = {
      ...snapshot('confirmed', {}),
      lines: [{ lineId: 'A', sku: 'A-new', quantity: 3 }],
    };
    expect(planned(first, renamed).holds.map((hold) => [hold.sku, hold.units])).toEqual([
      ['A', 1],
      ['A', 2],
    ]);
  });
});

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
const lines = fc.dictionary(fc.constantFrom('A', 'B', 'own-C'), fc.integer({ min: 1, max: 5 }), { minKeys: 1 });
const histories = fc.array(
  fc.record({
    status: statuses,
    lines,
    answers: fc.array(fc.constantFrom<ErpAnswer>('done', 'cancelled', 'later'), { maxLength: 6 }),
  }),
  { minLength: 1, maxLength: 8 },
);

describe('any history of an order', () => {
  it('plans nothing when it is planned twice', () => {
    fc.assert(
      fc.property(histories, (history) => {
        let state = EMPTY;
        for (const { status, lines: l, answers } of history) {
          const now = snapshot(status, l);
          state = planned(state, now);
          check(isDeepStrictEqual(planOf(state, now).holds, state.holds), 'the second plan changed something');
          state = carryOut(state, now, answering(answers));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('ends with every sold unit reserved or delivered, and no other unit reserved', () => {
    fc.assert(
      fc.property(
        histories,
        statuses.filter((status) => status !== 'unknown'),
        lines,
        (history, status, l) => {
          let state = EMPTY;
          for (const one of history) {
            const now = snapshot(one.status, one.lines);
            state = carryOut(planned(state, now), now, answering(one.answers));
          }
          const last = snapshot(status, l);
          const end = carryOut(planned(state, last), last, () => 'done');
          const cancelled = status === 'cancelled' || status === 'returned';
          for (const sku of ['A', 'B', 'own-C']) {
            const wanted = cancelled ? 0 : (l[sku] ?? 0);
            const committed = units(end.holds, (hold) => hold.sku === sku && isIn(hold, 'committed'));
            const open = units(end.holds, (hold) => hold.sku === sku && isActive(hold));
            check(
              committed + open === Math.max(wanted, committed),
              `${sku}: ${committed} delivered, ${open} reserved, ${wanted} sold`,
            );
            check(open === 0 || status === 'created', `${sku}: ${open} still reserved`);
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('never uses a key twice and never changes what a hold reserves', () => {
    fc.assert(
      fc.property(histories, (history) => {
        let state = EMPTY;
        for (const { status, lines: l, answers } of history) {
          const before = new Map(state.holds.map((hold) => [hold.key, hold]));
          const now = snapshot(status, l);
          state = carryOut(planned(state, now), now, answering(answers));
          check(new Set(state.holds.map((hold) => hold.key)).size === state.holds.length, 'a key stands twice');
          for (const hold of state.holds) {
            const old = before.get(hold.key);
            if (!old) continue;
            check(
              hold.sku === old.sku &&
                hold.units === old.units &&
                hold.warehouse === old.warehouse &&
                hold.rev === old.rev,
              `${hold.key} changed`,
            );
            check(old.ended === undefined || hold.ended === old.ended, `${hold.key} ended twice`);
          }
        }
      }),
      { numRuns: RUNS },
    );
  });
});

/** Cheaper than `expect` in a property's ten thousand runs. */
function check(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

/** The given answers, then `later`. */
function answering(answers: readonly ErpAnswer[]): () => ErpAnswer {
  const left = [...answers];
  return () => left.shift() ?? 'later';
}
