import { type Hold, type OrderDoc, type OrderSwitches, type Transfer } from './order.types.js';
import { end, isActive, isIn, transferOf } from './hold-state.js';
import { isDeliverable, plan, type Plan } from './planner.js';
import { type Availability } from './allocation.js';

/** The next step in the ERP, or in the ledger with what the ERP has done. */
export type ErpStep =
  | {
      readonly do: 'count';
      readonly end: 'commit' | 'release';
      readonly holds: readonly Hold[];
      readonly transfer: Transfer | null;
    }
  | { readonly do: 'cancel'; readonly transfer: Transfer; readonly holds: readonly Hold[] }
  | { readonly do: 'deliver'; readonly transfer: Transfer; readonly holds: readonly Hold[] }
  | { readonly do: 'ship'; readonly holds: readonly Hold[] }
  | { readonly do: 'name'; readonly n: number; readonly holds: readonly Hold[] };

const LEDGER = 'ledger';

/**
 * The next step for an order whose plan is recorded; null: nothing is left to do. Pure.
 * It counts what the ERP has done first, then cancels, and only then begins something new. `ship` stores the decision on the order
 * before the ledger commits, as `name` stores a delivery's name before the ERP creates it.
 */
export function nextErpStep(order: OrderDoc, switches: OrderSwitches): ErpStep | null {
  const open = order.holds.filter(isActive);
  const carriedBy = ({ n }: Transfer) => open.filter((hold) => transferOf(hold) === n);
  for (const transfer of order.transfers) {
    if (transfer.state === 'done') return { do: 'count', end: 'commit', holds: carriedBy(transfer), transfer };
  }
  for (const transfer of order.transfers) {
    if (transfer.state === 'named' && transfer.cancel) return { do: 'cancel', transfer, holds: carriedBy(transfer) };
  }
  const free = open.filter((hold) => transferOf(hold) === null);
  const cancelled = free.filter((hold) => isIn(hold, 'cancelling'));
  if (cancelled.length > 0) return { do: 'count', end: 'release', holds: cancelled, transfer: null };

  const shipping = free.filter((hold) => isIn(hold, 'shipping'));
  if (shipping.length > 0) return { do: 'count', end: 'commit', holds: shipping, transfer: null };
  // An unmapped line may belong to the same parcel.
  const mayShip = isDeliverable(order.snapshot, switches) && (order.unmapped ?? []).length === 0;
  const own = free.filter((hold) => hold.master === LEDGER);
  if (mayShip && own.length > 0) return { do: 'ship', holds: own };

  const begun = order.transfers.find((transfer) => transfer.state === 'named');
  if (begun) return { do: 'deliver', transfer: begun, holds: carriedBy(begun) };

  const [first] = mayShip ? free : [];
  if (!first) return null;
  const n = order.transfers.reduce((max, transfer) => Math.max(max, transfer.n), 0) + 1;
  // A delivery ships from one warehouse.
  return {
    do: 'name',
    n,
    holds: free.filter((hold) => hold.master === first.master && hold.warehouse === first.warehouse),
  };
}

/**
 * The order after the ERP's work was counted. A delivery that was cancelled too late serves units that are sold now. So the order is
 * planned again, and the surplus is released before it is delivered, too.
 */
export function afterCount(
  order: OrderDoc,
  step: Extract<ErpStep, { do: 'count' }>,
  switches: OrderSwitches,
  availability: Availability,
  at: Date,
): Plan {
  const ended = step.end === 'commit' ? 'committed' : 'released';
  const keys = new Set(step.holds.map((hold) => hold.key));
  const counted = {
    ...order,
    holds: order.holds.map((hold) => (keys.has(hold.key) ? end(hold, ended) : hold)),
    transfers: order.transfers.map((t) => (t.n === step.transfer?.n ? { ...t, state: 'closed' as const } : t)),
  };
  if (!step.holds.some((hold) => isIn(hold, 'cancelling')))
    return { ...counted, toRecord: false, returnedUnits: [], expiresAt: null };
  const clock = { firstSeen: order.createdAt, at };
  return plan({ order: counted, now: order.snapshot, switches, availability, key: order._id, clock });
}
