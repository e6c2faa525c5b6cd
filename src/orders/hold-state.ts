import { isOpen } from '../common/mongo/mark.js';
import { type Hold, type OrderDoc } from './order.types.js';

/**
 * Where a hold stands. It begins as `reserved` and ends once: `committed`, `released` or `refused`.
 *
 * - `reserved`: the plan asks for it; nothing has begun.
 * - `shipping`: the ledger ships it. Decided on the order before the ledger records the commit; it cannot be cancelled.
 * - `delivering`: an ERP transfer carries it, and may have begun.
 * - `cancelling`: no longer requested. The ERP decides first while a transfer carries it; without one it is released next.
 * - `releasing`: the plan `rev` releases it. Once that plan is recorded the release stands in the ledger.
 * - `refused`: another warehouse serves it; the ledger reserved nothing here.
 *
 * Only `reserved` may change its master, as no system has begun to carry it out: it keeps its key and takes the new master. In
 * `shipping` the ledger and in `delivering` the ERP finishes what it began.
 */
export type HoldState =
  | { readonly is: 'reserved' }
  | { readonly is: 'shipping' }
  | { readonly is: 'delivering'; readonly transfer: number }
  | { readonly is: 'cancelling'; readonly transfer: number | null }
  | { readonly is: 'releasing'; readonly rev: number }
  | { readonly is: 'released' }
  | { readonly is: 'committed' }
  | { readonly is: 'refused' };

/** Decodes the stored fields. No other file reads them. */
export function stateOf({ ended, releaseRev, unwanted, leaving, transfer }: Hold): HoldState {
  if (ended !== undefined) return { is: ended };
  if (releaseRev !== undefined) return { is: 'releasing', rev: releaseRev };
  if (unwanted) return { is: 'cancelling', transfer: transfer ?? null };
  if (leaving) return { is: 'shipping' };
  return transfer === undefined ? { is: 'reserved' } : { is: 'delivering', transfer };
}

export function isIn(hold: Hold, ...names: readonly HoldState['is'][]): boolean {
  return names.includes(stateOf(hold).is);
}

/** Reserved and neither carried out nor released by a plan: there is still something to do for it. */
export function isActive(hold: Hold): boolean {
  return isIn(hold, 'reserved', 'shipping', 'delivering', 'cancelling');
}

/** The transfer that carries an active hold; null: none does. */
export function transferOf(hold: Hold): number | null {
  const state = stateOf(hold);
  return state.is === 'delivering' || state.is === 'cancelling' ? state.transfer : null;
}

/** The units count for their line: they are reserved or carried out, and still requested. */
export function countsForLine(hold: Hold): boolean {
  return isIn(hold, 'reserved', 'shipping', 'delivering', 'committed');
}

/** The goods have left, or leave without a system that could still refuse. */
export function isPastCancelling(hold: Hold): boolean {
  return isIn(hold, 'committed', 'shipping');
}

/** The plan `rev` reserves the hold or releases it. */
export function isMovedBy(hold: Hold, rev: number): boolean {
  const state = stateOf(hold);
  return hold.rev === rev || (state.is === 'releasing' && state.rev === rev);
}

type Recorded = Pick<OrderDoc, 'record'>;

/** The reservations of the newest plan that the ledger may not have yet. */
export function reservesToRecord({ holds, record }: Recorded & Pick<OrderDoc, 'holds'>): Hold[] {
  return holds.filter((hold) => hold.rev > record.processed && !isIn(hold, 'refused'));
}

/** The releases of the newest plan that the ledger may not have yet. */
export function releasesToRecord({ holds, record }: Recorded & Pick<OrderDoc, 'holds'>): Hold[] {
  return holds.filter((hold) => {
    const state = stateOf(hold);
    return state.is === 'releasing' && state.rev > record.processed;
  });
}

/** The plan asks for a reservation that the ledger may not have yet. */
export function isAwaitingReserve(hold: Hold, { record }: Recorded): boolean {
  return hold.rev > record.processed && !hasEnded(hold);
}

/** The ledger has the reservation, and no end of it is known. */
export function isReservedInLedger(hold: Hold, { record }: Recorded): boolean {
  const state = stateOf(hold);
  const isReleased = state.is === 'releasing' && state.rev <= record.processed;
  return hold.rev <= record.processed && !hasEnded(hold) && !isReleased;
}

/** The ledger ends the reservation now, or has ended it while the order does not show it yet. */
export function mayHaveEndedInLedger(
  hold: Hold,
  { record, transfers }: Recorded & Pick<OrderDoc, 'transfers'>,
): boolean {
  if (hasEnded(hold)) return false;
  const state = stateOf(hold);
  const carrier = transferOf(hold);
  const isDelivered = transfers.some((transfer) => transfer.n === carrier && transfer.state === 'done');
  const isFreed = state.is === 'cancelling' && state.transfer === null;
  return isDelivered || isFreed || state.is === 'shipping' || isOpen(record);
}

function hasEnded(hold: Hold): boolean {
  return isIn(hold, 'committed', 'released', 'refused');
}

// The transitions. Each writes the stored fields that `stateOf` decodes.

/** The plan `rev` releases it: no transfer was ever begun for its order. */
export function releaseIn(hold: Hold, rev: number): Hold {
  return { ...hold, releaseRev: rev };
}

/** It is no longer requested, and the ERP decides whether it can still be cancelled. */
export function cancel(hold: Hold): Hold {
  return { ...hold, unwanted: true };
}

/** Another master delivers it, before anyone has begun. */
export function underMaster(hold: Hold, master = hold.master): Hold {
  return { ...hold, master };
}

/** The ledger ships it. */
export function ship(hold: Hold): Hold {
  return { ...hold, leaving: true };
}

/** The transfer `n` carries it. */
export function deliverWith(hold: Hold, n: number): Hold {
  return { ...hold, transfer: n };
}

/** The transfer that carried it will never be delivered. */
export function freeFromTransfer(hold: Hold): Hold {
  const free: Writable<Hold> = { ...hold };
  delete free.transfer;
  return free;
}

/** Its end stands in the ledger. A commit overrules a release that was planned or asked for: the goods have left. */
export function end(hold: Hold, ended: 'committed' | 'released' | 'refused'): Hold {
  if (ended !== 'committed') return { ...hold, ended };
  const committed: Writable<Hold> = { ...hold, ended };
  delete committed.releaseRev;
  delete committed.unwanted;
  return committed;
}

type Writable<T> = { -readonly [Field in keyof T]: T[Field] };
