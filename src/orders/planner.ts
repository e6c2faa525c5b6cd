import { type OrderLine, type OrderSnapshot, type OrderStatus } from './order-snapshot.js';
import { type Hold, type OrderState, type OrderSwitches, type Transfer } from './order.types.js';

/** Where the units of a line are, or come from: fixed when the line is first planned. */
export interface Sourcing {
  readonly warehouse: string;
  /** `ledger`, or the ERP connection that decides what is there. */
  readonly master: string;
}

export interface Plan extends OrderState {
  /** The ledger has to record something of this plan. */
  readonly toRecord: boolean;
  /** Units that were carried out and are not sold any more: a person has to say whether they came back. */
  readonly returnedUnits: readonly { readonly sku: string; readonly units: number }[];
}

const RANK: Record<OrderStatus, number> = {
  unknown: -1,
  cancelled: -1,
  created: 0,
  confirmed: 1,
  paid: 2,
  ready_to_ship: 3,
  shipped: 4,
  delivered: 5,
  returned: 6,
};

function reached(status: OrderStatus, step: OrderStatus): boolean {
  return RANK[status] >= RANK[step];
}

/** Whether the order may be carried out by now. */
export function isDeliverable(status: OrderStatus, switches: OrderSwitches): boolean {
  return reached(status, switches.deliverAt);
}

/**
 * What is missing between the order as it is now and what is promised for it. Pure; planning the result again changes nothing.
 * A status that is not understood changes nothing either.
 */
export function plan(
  order: OrderState,
  now: OrderSnapshot,
  switches: OrderSwitches,
  sourcing: (sku: string) => Sourcing,
  key: string,
): Plan {
  if (now.status === 'unknown') return { ...order, toRecord: false, returnedUnits: [] };
  const rev = order.rev + 1;
  const wanted = wantedUnits(now, switches);
  const lines = new Map(now.lines.map((line) => [line.lineId, line]));
  for (const hold of order.holds) if (!lines.has(hold.lineId)) lines.set(hold.lineId, { lineId: hold.lineId, sku: hold.sku, quantity: 0 });

  const change: Change = {
    rev,
    key,
    delivered: order.transfers.length > 0,
    holds: [...order.holds],
    cancelled: new Set(),
    returned: [],
    made: 0,
  };
  for (const line of lines.values()) planLine(change, line, wanted.get(line.lineId) ?? 0, sourcing);

  const transfers = order.transfers.map((t): Transfer => (change.cancelled.has(t.n) && t.state === 'named' ? { ...t, cancel: true } : t));
  const toRecord = change.holds.some((hold) => hold.rev === rev || hold.releaseRev === rev);
  const changed = toRecord || change.holds.some((hold, i) => hold !== order.holds[i]);
  return changed
    ? { rev, holds: change.holds, transfers, toRecord, returnedUnits: change.returned }
    : { ...order, toRecord: false, returnedUnits: change.returned };
}

interface Change {
  readonly rev: number;
  readonly key: string;
  readonly delivered: boolean;
  readonly holds: Hold[];
  readonly cancelled: Set<number>;
  readonly returned: { sku: string; units: number }[];
  made: number;
}

function wantedUnits(now: OrderSnapshot, switches: OrderSwitches): Map<string, number> {
  const counts = reached(now.status, switches.reserveAt);
  return new Map(now.lines.map((line) => [line.lineId, counts ? line.quantity : 0]));
}

/** Brings the holds of one line to the wanted number of units: the newest are given back first, and what is too much given back is promised anew. */
function planLine(change: Change, line: OrderLine, wanted: number, sourcing: (sku: string) => Sourcing): void {
  const mine = () => change.holds.filter((hold) => hold.lineId === line.lineId && isKept(hold));
  let held = mine().reduce((sum, hold) => sum + hold.units, 0);
  for (const hold of mine().reverse()) {
    if (held <= wanted || hold.ended === 'committed') continue;
    giveBack(change, hold);
    held -= hold.units;
  }
  if (held < wanted) {
    const first = change.holds.find((hold) => hold.lineId === line.lineId);
    const sku = first?.sku ?? line.sku;
    const source = first ?? sourcing(sku);
    change.holds.push({
      key: `${change.key}/${change.rev}/${change.made++}`,
      lineId: line.lineId,
      sku,
      warehouse: source.warehouse,
      master: source.master,
      units: wanted - held,
      rev: change.rev,
    });
  } else if (held > wanted) {
    change.returned.push({ sku: line.sku, units: held - wanted });
  }
}

/** Counts for its line: it is promised or carried out, and nobody wants it back. */
function isKept(hold: Hold): boolean {
  return hold.ended !== 'released' && hold.releaseRev === undefined && !hold.unwanted;
}

function giveBack(change: Change, hold: Hold): void {
  const position = change.holds.indexOf(hold);
  if (!change.delivered) {
    change.holds[position] = { ...hold, releaseRev: change.rev };
    return;
  }
  change.holds[position] = { ...hold, unwanted: true };
  if (hold.transfer !== undefined) change.cancelled.add(hold.transfer);
}
