import { type OrderLine, type OrderSnapshot, type OrderStatus } from './order-snapshot.js';
import {
  type Hold,
  type LinePart,
  type OrderState,
  type OrderSwitches,
  type PlannedLine,
  type Transfer,
} from './order.types.js';
import {
  cancel,
  countsForLine,
  isActive,
  isIn,
  isMovedBy,
  isPastCancelling,
  releaseIn,
  transferOf,
} from './hold-state.js';
import { allocate, type Demand, type StockLocation, type Availability } from './allocation.js';

/** Units of a line that were delivered and are no longer sold. */
export interface ReturnedUnits {
  readonly lineId: string;
  readonly sku: string;
  readonly units: number;
}

export interface Plan extends OrderState {
  /** The ledger must record movements of this plan. */
  readonly toRecord: boolean;
  /** A person must confirm whether these came back. */
  readonly returnedUnits: readonly ReturnedUnits[];
  /** When the reservation expires if nothing else happens; null: never. */
  readonly expiresAt: Date | null;
}

export interface PlanInput {
  readonly order: OrderState;
  /** The order as its platform shows it. */
  readonly now: OrderSnapshot;
  readonly switches: OrderSwitches;
  readonly availability: Availability;
  /** Prefix of every movement's key: the order's id. */
  readonly key: string;
  readonly clock: { readonly firstSeen: Date; readonly at: Date };
}

const RANK: Record<OrderStatus, number> = {
  unknown: -1,
  cancelled: -1,
  returned: -1,
  created: 0,
  confirmed: 1,
  paid: 2,
  ready_to_ship: 3,
  shipped: 4,
  delivered: 5,
};

const HOUR_MS = 3_600_000;

function reached(status: OrderStatus, step: OrderStatus): boolean {
  return RANK[status] >= RANK[step];
}

/** Whether an order of this status has units that count. */
export function isSold(status: OrderStatus): boolean {
  return RANK[status] >= 0;
}

/** Whether the second status is a later step of the same sale. */
export function hasAdvanced(from: OrderStatus, to: OrderStatus): boolean {
  return RANK[from] >= 0 && RANK[to] > RANK[from];
}

/** Whether the order may be delivered now. An order that its platform shows as unpaid may not, unless `deliverUnpaid` is set. */
export function isDeliverable(now: Pick<OrderSnapshot, 'status' | 'paid'>, switches: OrderSwitches): boolean {
  return reached(now.status, switches.deliverAt) && (now.paid !== false || switches.deliverUnpaid);
}

/**
 * Computes the difference between the order as it is now and what is reserved for it. Pure and idempotent: planning the result again
 * changes nothing. An unknown status changes nothing.
 */
export function plan(input: PlanInput): Plan {
  const { order, now, availability, key } = input;
  if (now.status === 'unknown') return { ...order, toRecord: false, returnedUnits: [], expiresAt: null };
  const rev = order.rev + 1;
  const expiry = expiryOf(input);
  const requested = requestedLines(input, expiry !== null && input.clock.at >= expiry);
  const change: Change = {
    rev,
    begun: order.transfers.length > 0,
    holds: [...order.holds],
    cancelled: new Set(),
    returned: [],
    demands: [],
  };
  for (const item of itemsOf(order, requested.lines)) planItem(change, item, settledUnits(order, item));

  const freed = change.holds.filter((hold, i) => hold !== order.holds[i]);
  const allocations = allocate(change.demands, { ...availability, places: withFreed(availability.places, freed) });
  allocations.forEach(({ guarded, ...allocation }, i) => {
    change.holds.push({ key: `${key}/${rev}/${i}`, ...allocation, rev, ...(guarded ? { guarded } : {}) });
  });

  const transfers = order.transfers.map((t): Transfer =>
    change.cancelled.has(t.n) && t.state === 'named' ? { ...t, cancel: true } : t,
  );
  const toRecord = change.holds.some((hold) => isMovedBy(hold, rev));
  const changed = toRecord || change.holds.some((hold, i) => hold !== order.holds[i]);
  const rest = { returnedUnits: change.returned, expiresAt: change.holds.some(isActive) ? expiry : null };
  const lines = { lines: requested.fixed, unmapped: requested.unmapped };
  return changed
    ? { ...order, ...lines, rev, holds: change.holds, transfers, toRecord, ...rest }
    : { ...order, ...lines, toRecord: false, ...rest };
}

/** Whether an order moves stock at all. */
export function isCounted({ counting }: Pick<OrderState, 'counting'>): boolean {
  return counting === undefined || counting === 'counted';
}

/** Whether a person must decide about the order, or about some of its lines. */
export function isUndecided({ counting, lines = [] }: Pick<OrderState, 'counting' | 'lines'>): boolean {
  return counting === 'before' || lines.some((line) => line.notLive);
}

/** The parts of each line that was planned before. */
export function fixedParts(order: OrderState): Map<string, readonly LinePart[]> {
  const fixed = new Map((order.lines ?? []).map(({ lineId, parts }) => [lineId, parts]));
  for (const hold of order.holds) if (!fixed.has(hold.lineId)) fixed.set(hold.lineId, [{ sku: hold.sku, units: 1 }]);
  return fixed;
}

/** SKUs with units that are reserved and not carried out. */
export function heldSkus(order: Pick<OrderState, 'holds'>): string[] {
  return [...new Set(order.holds.filter(isActive).map((hold) => hold.sku))];
}

interface Change {
  readonly rev: number;
  /** A transfer was named for the order, so the ERP decides about a release. */
  readonly begun: boolean;
  readonly holds: Hold[];
  readonly cancelled: Set<number>;
  readonly returned: ReturnedUnits[];
  readonly demands: Demand[];
}

/** One stock SKU of one line, and how many of its units are requested. */
interface Item {
  readonly lineId: string;
  readonly sku: string;
  readonly units: number;
}

interface RequestedLines {
  readonly lines: readonly Item[];
  readonly fixed: readonly PlannedLine[];
  readonly unmapped: readonly string[];
}

/** The units of every line that counts, part by part. Unmapped lines wait; the parts of a line are fixed when it first counts. */
function requestedLines({ order, now, switches, availability }: PlanInput, expired: boolean): RequestedLines {
  const fixed = fixedParts(order);
  const counts = isCounted(order) && reached(now.status, switches.reserveAt);
  const notLive = new Set((order.lines ?? []).filter((line) => line.notLive).map(({ lineId }) => lineId));
  const frozen = expired || isReleased(order, now);
  const unmapped = new Set<string>();
  const lines: Item[] = [];
  for (const line of now.lines) {
    if (!counts || line.quantity === 0) continue;
    if (!fixed.has(line.lineId) && availability.notLive?.has(line.lineId)) {
      fixed.set(line.lineId, []);
      notLive.add(line.lineId);
    }
    const parts = fixed.get(line.lineId) ?? availability.parts.get(line.lineId);
    if (!parts) {
      if (!frozen) unmapped.add(line.sku);
      continue;
    }
    fixed.set(line.lineId, parts);
    for (const part of parts) lines.push(itemOf(order, line, part, frozen));
  }
  const planned = [...fixed].map(([lineId, parts]): PlannedLine => ({
    lineId,
    parts,
    ...(notLive.has(lineId) && { notLive: true }),
  }));
  return { lines, fixed: planned, unmapped: [...unmapped] };
}

/** Frozen: what is carried out stays, and nothing more is reserved. */
function itemOf(order: OrderState, line: OrderLine, part: LinePart, frozen: boolean): Item {
  const item = { lineId: line.lineId, sku: part.sku, units: line.quantity * part.units };
  if (!frozen) return item;
  const carriedOut = order.holds.filter((hold) => isPastCancelling(hold) && belongs(hold, item));
  return {
    ...item,
    units: Math.min(item.units, carriedOut.reduce((sum, hold) => sum + hold.units, 0) - settledUnits(order, item)),
  };
}

/** The requested items, and with 0 units those that are held and no longer requested. */
function itemsOf(order: OrderState, requested: readonly Item[]): Item[] {
  const items = new Map(requested.map((item) => [`${item.lineId}\n${item.sku}`, item]));
  for (const { lineId, sku } of order.holds) {
    const key = `${lineId}\n${sku}`;
    if (!items.has(key)) items.set(key, { lineId, sku, units: 0 });
  }
  return [...items.values()];
}

/**
 * Brings the holds of one item to the requested number of units. The newest holds are released first. A hold is released whole, so the
 * units released too many are reserved again.
 */
function planItem(change: Change, item: Item, settled: number): void {
  const mine = () => change.holds.filter((hold) => belongs(hold, item) && countsForLine(hold));
  let held = mine().reduce((sum, hold) => sum + hold.units, 0) - settled;
  for (const hold of mine().reverse()) {
    if (held <= item.units || isPastCancelling(hold)) continue;
    release(change, hold);
    held -= hold.units;
  }
  if (held > item.units) change.returned.push({ lineId: item.lineId, sku: item.sku, units: held - item.units });
  if (held >= item.units) return;
  const before = change.holds.findLast((hold) => belongs(hold, item) && !isIn(hold, 'refused'))?.warehouse;
  change.demands.push({ ...item, units: item.units - held, ...(before === undefined ? {} : { before }) });
}

function release(change: Change, hold: Hold): void {
  const position = change.holds.indexOf(hold);
  if (!change.begun) {
    change.holds[position] = releaseIn(hold, change.rev);
    return;
  }
  change.holds[position] = cancel(hold);
  const transfer = transferOf(hold);
  if (transfer !== null) change.cancelled.add(transfer);
}

/** Units that this plan releases are available to it again. */
function withFreed(places: Availability['places'], freed: readonly Hold[]): Map<string, readonly StockLocation[]> {
  const all = new Map(places);
  for (const { sku, warehouse, units } of freed) {
    const ofSku = all.get(sku) ?? [];
    all.set(
      sku,
      ofSku.map((place) => (place.warehouse === warehouse ? { ...place, available: place.available + units } : place)),
    );
  }
  return all;
}

function settledUnits(order: OrderState, item: Item): number {
  const returns = (order.returns ?? []).filter((one) => one.lineId === item.lineId && one.sku === item.sku);
  return returns.reduce((sum, one) => sum + one.units, 0);
}

/** An operator released the order, and its platform has shown nothing newer since. */
function isReleased(order: OrderState, now: OrderSnapshot): boolean {
  return order.released !== undefined && now.version <= order.released.version;
}

/** When the reservation of an order that may not be delivered yet expires; null: never. */
function expiryOf({ order, now, switches, clock }: PlanInput): Date | null {
  if (switches.reservationHours === null || isDeliverable(now, switches) || order.transfers.length > 0) return null;
  return new Date(clock.firstSeen.getTime() + switches.reservationHours * HOUR_MS);
}

function belongs(hold: Hold, item: Item): boolean {
  return hold.lineId === item.lineId && hold.sku === item.sku;
}
