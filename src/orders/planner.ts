import { type OrderLine, type OrderSnapshot, type OrderStatus } from './order-snapshot.js';
import {
  type Hold,
  type LinePart,
  type OrderState,
  type OrderSwitches,
  type PlannedLine,
  type Transfer,
} from './order.types.js';
import { allocate, type Demand, type StockLocation, type Availability } from './allocation.js';

/** Units of a line that were carried out and are not sold any more. */
export interface ReturnedUnits {
  readonly lineId: string;
  readonly sku: string;
  readonly units: number;
}

export interface Plan extends OrderState {
  /** The ledger has to record something of this plan. */
  readonly toRecord: boolean;
  /** A person has to say whether these came back. */
  readonly returnedUnits: readonly ReturnedUnits[];
  /** When the reservation expires if nothing else happens; null: it does not. */
  readonly expiresAt: Date | null;
}

export interface PlanInput {
  readonly order: OrderState;
  /** The order as its platform shows it. */
  readonly now: OrderSnapshot;
  readonly switches: OrderSwitches;
  readonly supply: Availability;
  /** Begins the key of each movement: the order's own id. */
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

/** Whether an order of this status has units that count at all. */
export function isSold(status: OrderStatus): boolean {
  return RANK[status] >= 0;
}

/** Whether an order has only gone on its way from one status to the other. */
export function hasAdvanced(from: OrderStatus, to: OrderStatus): boolean {
  return RANK[from] >= 0 && RANK[to] > RANK[from];
}

/** Whether the order may be carried out by now. What its platform says is not paid may not, unless somebody set it so. */
export function isDeliverable(now: Pick<OrderSnapshot, 'status' | 'paid'>, switches: OrderSwitches): boolean {
  return reached(now.status, switches.deliverAt) && (now.paid !== false || switches.deliverUnpaid);
}

/**
 * What is missing between the order as it is now and what is promised for it. Pure; planning the result again changes nothing.
 * A status that is not understood changes nothing either.
 */
export function plan(input: PlanInput): Plan {
  const { order, now, supply, key } = input;
  if (now.status === 'unknown') return { ...order, toRecord: false, returnedUnits: [], expiresAt: null };
  const rev = order.rev + 1;
  const expiry = expiryOf(input);
  const wanted = wantedLines(input, expiry !== null && input.clock.at >= expiry);
  const change: Change = {
    rev,
    begun: order.transfers.length > 0,
    holds: [...order.holds],
    cancelled: new Set(),
    returned: [],
    needs: [],
  };
  for (const item of itemsOf(order, wanted.lines)) planItem(change, item, settledUnits(order, item));

  const freed = change.holds.filter((hold, i) => hold !== order.holds[i]);
  const sources = allocate(change.needs, { ...supply, places: withFreed(supply.places, freed) });
  sources.forEach(({ guarded, ...source }, i) => {
    change.holds.push({ key: `${key}/${rev}/${i}`, ...source, rev, ...(guarded ? { guarded } : {}) });
  });

  const transfers = order.transfers.map((t): Transfer =>
    change.cancelled.has(t.n) && t.state === 'named' ? { ...t, cancel: true } : t,
  );
  const toRecord = change.holds.some((hold) => hold.rev === rev || hold.releaseRev === rev);
  const changed = toRecord || change.holds.some((hold, i) => hold !== order.holds[i]);
  const rest = { returnedUnits: change.returned, expiresAt: change.holds.some(isOpenHold) ? expiry : null };
  const lines = { lines: wanted.fixed, unmapped: wanted.unmapped };
  return changed
    ? { ...order, ...lines, rev, holds: change.holds, transfers, toRecord, ...rest }
    : { ...order, ...lines, toRecord: false, ...rest };
}

/** Whether an order moves stock at all. */
export function isCounted({ counting }: Pick<OrderState, 'counting'>): boolean {
  return counting === undefined || counting === 'counted';
}

/** Whether somebody has to say what is to become of it, or of some of its lines. */
export function isUndecided({ counting, lines = [] }: Pick<OrderState, 'counting' | 'lines'>): boolean {
  return counting === 'before' || lines.some((line) => line.notLive);
}

/** What one unit of each line is made of, as far as it was planned before. */
export function fixedParts(order: OrderState): Map<string, readonly LinePart[]> {
  const fixed = new Map((order.lines ?? []).map(({ lineId, parts }) => [lineId, parts]));
  for (const hold of order.holds) if (!fixed.has(hold.lineId)) fixed.set(hold.lineId, [{ sku: hold.sku, units: 1 }]);
  return fixed;
}

/** SKUs with units that are promised and not carried out. */
export function heldSkus(order: Pick<OrderState, 'holds'>): string[] {
  return [...new Set(order.holds.filter(isOpenHold).map((hold) => hold.sku))];
}

interface Change {
  readonly rev: number;
  readonly begun: boolean;
  readonly holds: Hold[];
  readonly cancelled: Set<number>;
  readonly returned: ReturnedUnits[];
  readonly needs: Demand[];
}

/** One stock SKU of one line, and how many units of it are sold. */
interface Item {
  readonly lineId: string;
  readonly sku: string;
  readonly units: number;
}

interface WantedLines {
  readonly lines: readonly Item[];
  readonly fixed: readonly PlannedLine[];
  readonly unmapped: readonly string[];
}

/** The units of every line that count, part by part. Lines that nobody knows wait; lines that count for the first time are fixed. */
function wantedLines({ order, now, switches, supply }: PlanInput, expired: boolean): WantedLines {
  const fixed = fixedParts(order);
  const counts = isCounted(order) && reached(now.status, switches.reserveAt);
  const notLive = new Set((order.lines ?? []).filter((line) => line.notLive).map(({ lineId }) => lineId));
  const frozen = expired || isReleased(order, now);
  const unmapped = new Set<string>();
  const lines: Item[] = [];
  for (const line of now.lines) {
    if (!counts || line.quantity === 0) continue;
    if (!fixed.has(line.lineId) && supply.notLive?.has(line.lineId)) {
      fixed.set(line.lineId, []);
      notLive.add(line.lineId);
    }
    const parts = fixed.get(line.lineId) ?? supply.parts.get(line.lineId);
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

/** Frozen: what is carried out stays, nothing more is promised. */
function itemOf(order: OrderState, line: OrderLine, part: LinePart, frozen: boolean): Item {
  const item = { lineId: line.lineId, sku: part.sku, units: line.quantity * part.units };
  if (!frozen) return item;
  const committed = order.holds.filter((hold) => isGone(hold) && belongs(hold, item));
  return {
    ...item,
    units: Math.min(item.units, committed.reduce((sum, hold) => sum + hold.units, 0) - settledUnits(order, item)),
  };
}

/** What is wanted, and what was promised and is not wanted any more. */
function itemsOf(order: OrderState, wanted: readonly Item[]): Item[] {
  const items = new Map(wanted.map((item) => [`${item.lineId}\n${item.sku}`, item]));
  for (const { lineId, sku } of order.holds) {
    const key = `${lineId}\n${sku}`;
    if (!items.has(key)) items.set(key, { lineId, sku, units: 0 });
  }
  return [...items.values()];
}

/** Brings the holds of one item to the wanted number of units: the newest are given back first, and what is too much given back is promised anew. */
function planItem(change: Change, item: Item, settled: number): void {
  const mine = () => change.holds.filter((hold) => belongs(hold, item) && isKept(hold));
  let held = mine().reduce((sum, hold) => sum + hold.units, 0) - settled;
  for (const hold of mine().reverse()) {
    if (held <= item.units || isGone(hold)) continue;
    giveBack(change, hold);
    held -= hold.units;
  }
  if (held > item.units) change.returned.push({ lineId: item.lineId, sku: item.sku, units: held - item.units });
  if (held >= item.units) return;
  const before = change.holds.findLast((hold) => belongs(hold, item) && hold.ended !== 'refused')?.warehouse;
  change.needs.push({ ...item, units: item.units - held, ...(before === undefined ? {} : { before }) });
}

function giveBack(change: Change, hold: Hold): void {
  const position = change.holds.indexOf(hold);
  if (!change.begun) {
    change.holds[position] = { ...hold, releaseRev: change.rev };
    return;
  }
  change.holds[position] = { ...hold, unwanted: true };
  if (hold.transfer !== undefined) change.cancelled.add(hold.transfer);
}

/** What this plan gives back is there for it again. */
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

/** Somebody gave it back by hand, and its platform has shown nothing newer since. */
function isReleased(order: OrderState, now: OrderSnapshot): boolean {
  return order.released !== undefined && now.version <= order.released.version;
}

/** An order that may not be carried out yet keeps its reservation until then; null: as long as it likes. */
function expiryOf({ order, now, switches, clock }: PlanInput): Date | null {
  if (switches.reservationHours === null || isDeliverable(now, switches) || order.transfers.length > 0) return null;
  return new Date(clock.firstSeen.getTime() + switches.reservationHours * HOUR_MS);
}

function belongs(hold: Hold, item: Item): boolean {
  return hold.lineId === item.lineId && hold.sku === item.sku;
}

/** Counts for its line: it is promised or carried out, and nobody wants it back. */
function isKept(hold: Hold): boolean {
  return hold.ended !== 'released' && hold.ended !== 'refused' && hold.releaseRev === undefined && !hold.unwanted;
}

/** Carried out, or about to be without anybody to ask. */
function isGone(hold: Hold): boolean {
  return hold.ended === 'committed' || (hold.leaving === true && hold.ended === undefined);
}

function isOpenHold(hold: Hold): boolean {
  return hold.ended === undefined && hold.releaseRev === undefined;
}
