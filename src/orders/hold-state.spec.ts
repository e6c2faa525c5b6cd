import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as state from './hold-state.js';
import { type Hold, type OrderDoc, type Transfer } from './order.types.js';

type Flags = Pick<Hold, 'releaseRev' | 'unwanted' | 'transfer' | 'leaving' | 'ended'>;

const HOLD: Hold = {
  key: 'shop/A-1/1/0',
  lineId: 'A',
  sku: 'A',
  warehouse: 'main',
  master: 'odoo',
  units: 1,
  rev: 1,
};

const flags: fc.Arbitrary<Flags> = fc.record(
  {
    releaseRev: fc.integer({ min: 1, max: 4 }),
    unwanted: fc.boolean(),
    transfer: fc.integer({ min: 1, max: 2 }),
    leaving: fc.boolean(),
    ended: fc.constantFrom('released' as const, 'committed' as const, 'refused' as const),
  },
  { requiredKeys: [] },
);
/**
 * The flag combinations that the transitions can store: a plan releases only what no transfer carries, and
 * the ledger ships only what is still requested.
 */
const storable = flags.filter(
  ({ releaseRev, unwanted, transfer, leaving, ended }) =>
    (releaseRev === undefined || (!unwanted && transfer === undefined && !leaving && ended === undefined)) &&
    !(leaving && (unwanted || transfer !== undefined)) &&
    !(ended === 'committed' && unwanted),
);
const holds = fc
  .tuple(storable, fc.integer({ min: 1, max: 4 }))
  .map(([stored, rev]): Hold => ({ ...HOLD, ...stored, rev }));
const transfers = fc.array(fc.constantFrom<Transfer['state']>('named', 'done', 'closed', 'cancelled', 'conflict'), {
  maxLength: 2,
});
const orders = fc
  .tuple(transfers, fc.integer({ min: 0, max: 4 }), fc.boolean())
  .map(([states, processed, isRecording]): Pick<OrderDoc, 'transfers' | 'record'> => ({
    transfers: states.map((transferState, i) => ({ n: i + 1, name: `x/${i + 1}`, state: transferState })),
    record: { requested: processed + Number(isRecording), processed },
  }));

/** The meaning of the stored fields since the first database, one line for each question. */
const stored = {
  isOpen: (hold: Hold) => hold.ended === undefined && hold.releaseRev === undefined,
  isKept: (hold: Hold) =>
    hold.ended !== 'released' && hold.ended !== 'refused' && hold.releaseRev === undefined && !hold.unwanted,
  isGone: (hold: Hold) => hold.ended === 'committed' || (hold.leaving === true && hold.ended === undefined),
  isReserved: (hold: Hold, { record }: Pick<OrderDoc, 'record'>) =>
    hold.ended === undefined &&
    hold.rev <= record.processed &&
    !(hold.releaseRev !== undefined && hold.releaseRev <= record.processed),
  isMoving: (hold: Hold, { record, transfers: all }: Pick<OrderDoc, 'record' | 'transfers'>) =>
    hold.ended === undefined &&
    (all.some((transfer) => transfer.n === hold.transfer && transfer.state === 'done') ||
      (hold.unwanted === true && hold.transfer === undefined) ||
      hold.leaving === true ||
      record.requested > record.processed),
};

const every = (property: (hold: Hold, order: Pick<OrderDoc, 'transfers' | 'record'>) => void) =>
  fc.assert(fc.property(holds, orders, property), { numRuns: 2_000 });

describe('the state of a hold', () => {
  it('is known for every combination of stored fields', () => {
    fc.assert(
      fc.property(flags, (any) => {
        expect(state.stateOf({ ...HOLD, ...any }).is).toEqual(expect.any(String));
      }),
    );
  });

  it('answers the planner as the stored fields do', () => {
    every((hold) => {
      expect(state.countsForLine(hold)).toBe(stored.isKept(hold));
      expect(state.isPastCancelling(hold)).toBe(stored.isGone(hold));
      expect(state.isActive(hold)).toBe(stored.isOpen(hold));
    });
  });

  it('answers the ERP step as the stored fields do', () => {
    every((hold) => {
      if (!stored.isOpen(hold)) return;
      expect(state.transferOf(hold)).toBe(hold.transfer ?? null);
      expect(state.isIn(hold, 'cancelling')).toBe(hold.unwanted ?? false);
      expect(state.isIn(hold, 'shipping')).toBe(hold.leaving ?? false);
    });
  });

  it('answers publishing as the stored fields do', () => {
    every((hold, order) => {
      const isRecorded = hold.rev <= order.record.processed;
      expect(state.isReservedInLedger(hold, order)).toBe(stored.isReserved(hold, order));
      expect(state.mayHaveEndedInLedger(hold, order)).toBe(stored.isMoving(hold, order));
      expect(state.isAwaitingReserve(hold, order)).toBe(hold.ended === undefined && !isRecorded);
    });
  });

  it('names what the ledger has to record as the stored fields do', () => {
    every((hold, { record }) => {
      const order = { record, holds: [hold] };
      const isNew = hold.rev > record.processed && hold.ended !== 'refused';
      expect(state.reservesToRecord(order)).toEqual(isNew ? [hold] : []);
      expect(state.releasesToRecord(order)).toEqual((hold.releaseRev ?? 0) > record.processed ? [hold] : []);
    });
  });
});

describe('the transitions of a hold', () => {
  it('store what is decoded again', () => {
    expect(state.stateOf(HOLD)).toEqual({ is: 'reserved' });
    expect(state.stateOf(state.ship(HOLD))).toEqual({ is: 'shipping' });
    expect(state.stateOf(state.deliverWith(HOLD, 2))).toEqual({ is: 'delivering', transfer: 2 });
    expect(state.stateOf(state.freeFromTransfer(state.deliverWith(HOLD, 2)))).toEqual({ is: 'reserved' });
    expect(state.stateOf(state.cancel(state.deliverWith(HOLD, 2)))).toEqual({ is: 'cancelling', transfer: 2 });
    expect(state.stateOf(state.cancel(HOLD))).toEqual({ is: 'cancelling', transfer: null });
    expect(state.stateOf(state.releaseIn(HOLD, 3))).toEqual({ is: 'releasing', rev: 3 });
  });

  it.each(['committed', 'released', 'refused'] as const)('end once: %s', (ended) => {
    for (const hold of [HOLD, state.ship(HOLD), state.cancel(HOLD), state.releaseIn(HOLD, 2)])
      expect(state.stateOf(state.end(hold, ended))).toEqual({ is: ended });
  });

  it('let a commit overrule a release', () => {
    expect(state.countsForLine(state.end(state.releaseIn(HOLD, 2), 'committed'))).toBe(true);
    expect(state.countsForLine(state.end(state.cancel(HOLD), 'committed'))).toBe(true);
  });
});
