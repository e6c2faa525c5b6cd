import { type Hold, type OrderDoc, type OrderSwitches, type Transfer } from './order.types.js';
import { isDeliverable, plan, type Plan } from './planner.js';
import { type Availability } from './allocation.js';

/** The next thing to do in the ERP, or with what the ERP has done. */
export type ErpStep =
  | {
      readonly do: 'count';
      readonly end: 'commit' | 'release';
      readonly holds: readonly Hold[];
      readonly transfer: Transfer | null;
    }
  | { readonly do: 'cancel'; readonly transfer: Transfer; readonly holds: readonly Hold[] }
  | { readonly do: 'book'; readonly transfer: Transfer; readonly holds: readonly Hold[] }
  | { readonly do: 'leave'; readonly holds: readonly Hold[] }
  | { readonly do: 'name'; readonly n: number; readonly holds: readonly Hold[] };

const LEDGER = 'ledger';

/**
 * What has to be done next for an order whose plan is recorded; null: nothing. Pure.
 * What the ERP has done is counted first, then what should not happen is cancelled, only then something new is begun. What the ledger itself
 * carries out is decided on the order before the ledger hears of it, as a delivery is named before the ERP does.
 */
export function nextErpStep(order: OrderDoc, switches: OrderSwitches): ErpStep | null {
  const open = order.holds.filter((hold) => hold.ended === undefined && hold.releaseRev === undefined);
  for (const transfer of order.transfers) {
    const holds = open.filter((hold) => hold.transfer === transfer.n);
    if (transfer.state === 'done') return { do: 'count', end: 'commit', holds, transfer };
  }
  for (const transfer of order.transfers) {
    if (transfer.state === 'named' && transfer.cancel)
      return { do: 'cancel', transfer, holds: open.filter((hold) => hold.transfer === transfer.n) };
  }
  const free = open.filter((hold) => hold.transfer === undefined);
  const unwanted = free.filter((hold) => hold.unwanted);
  if (unwanted.length > 0) return { do: 'count', end: 'release', holds: unwanted, transfer: null };

  const leaving = free.filter((hold) => hold.leaving);
  if (leaving.length > 0) return { do: 'count', end: 'commit', holds: leaving, transfer: null };
  // What is not known may belong into the same parcel.
  const mayGo = isDeliverable(order.snapshot, switches) && (order.unmapped ?? []).length === 0;
  const own = free.filter((hold) => hold.master === LEDGER);
  if (mayGo && own.length > 0) return { do: 'leave', holds: own };

  const begun = order.transfers.find((transfer) => transfer.state === 'named');
  if (begun) return { do: 'book', transfer: begun, holds: open.filter((hold) => hold.transfer === begun.n) };

  const [first] = mayGo ? free : [];
  if (!first) return null;
  const n = order.transfers.reduce((max, transfer) => Math.max(max, transfer.n), 0) + 1;
  // A delivery leaves from one place.
  return {
    do: 'name',
    n,
    holds: free.filter((hold) => hold.master === first.master && hold.warehouse === first.warehouse),
  };
}

/**
 * The order after the ERP's work was counted. What was booked although nobody wanted it any more stands for units that are sold by now:
 * so the order is planned once more, and what is too much is given back before it is delivered too.
 */
export function afterCount(
  order: OrderDoc,
  step: Extract<ErpStep, { do: 'count' }>,
  switches: OrderSwitches,
  supply: Availability,
  at: Date,
): Plan {
  const ended = step.end === 'commit' ? ('committed' as const) : ('released' as const);
  const keys = new Set(step.holds.map((hold) => hold.key));
  const counted = {
    ...order,
    holds: order.holds.map((hold) =>
      keys.has(hold.key) ? { ...hold, unwanted: step.end === 'release', ended } : hold,
    ),
    transfers: order.transfers.map((t) => (t.n === step.transfer?.n ? { ...t, state: 'closed' as const } : t)),
  };
  if (!step.holds.some((hold) => hold.unwanted))
    return { ...counted, toRecord: false, returnedUnits: [], expiresAt: null };
  const clock = { firstSeen: order.createdAt, at };
  return plan({ order: counted, now: order.snapshot, switches, supply, key: order._id, clock });
}
