import { type LinePart } from './order.types.js';

/** A warehouse that a SKU can be served from. */
export interface StockLocation {
  readonly warehouse: string;
  /** `ledger`, or the id of the ERP connection that is the master. */
  readonly master: string;
  /** Units that are not promised, as far as is known; below 0: oversold. */
  readonly available: number;
}

/** What is known of an order's lines, read before it is planned. */
export interface Availability {
  /** What one unit of each line is made of, by line id. A line that is absent waits to be mapped. Empty: it moves no stock. */
  readonly parts: ReadonlyMap<string, readonly LinePart[]>;
  /** Where each stock SKU can be served from, in order of preference. */
  readonly places: ReadonlyMap<string, readonly StockLocation[]>;
  /** The warehouse of each line for which the platform decides, by line id. */
  readonly decided: ReadonlyMap<string, string>;
  /** Lines whose SKU is not live on the connection: they move no stock. */
  readonly notLive?: ReadonlySet<string>;
}

/** Units that a warehouse must serve. */
export interface Demand {
  readonly lineId: string;
  readonly sku: string;
  readonly units: number;
  /** The warehouse where units of the same line were reserved before. */
  readonly before?: string;
}

/** Units of a demand, and the warehouse that serves them. `guarded`: another warehouse may serve them if they are gone here. */
export interface Allocation {
  readonly lineId: string;
  readonly sku: string;
  readonly units: number;
  readonly warehouse: string;
  readonly master: string;
  readonly guarded: boolean;
}

/**
 * Which warehouse serves what. Where the platform decides, that one. Else the first that can serve everything; else, demand by demand, the
 * first that can serve all of it; else it is split. The first one also promises what is missing: the sale has happened. Pure.
 */
export function allocate(demands: readonly Demand[], availability: Availability): Allocation[] {
  const left = new Map<string, StockLocation[]>();
  for (const { sku } of demands) if (!left.has(sku)) left.set(sku, [...(availability.places.get(sku) ?? [])]);
  const decided = demands.filter((demand) => availability.decided.has(demand.lineId));
  const open = demands.filter((demand) => !availability.decided.has(demand.lineId));
  const allocations = decided.flatMap((demand) => fromDecided(demand, availability, left));
  const one = warehouseForAll(open, left);
  for (const demand of open)
    allocations.push(...(one === null ? serve(demand, left) : take(demand, one, demand.units, left)));
  const order = new Map(demands.map((demand, index) => [`${demand.lineId}\n${demand.sku}`, index]));
  return allocations.sort(
    (a, b) => (order.get(`${a.lineId}\n${a.sku}`) ?? 0) - (order.get(`${b.lineId}\n${b.sku}`) ?? 0),
  );
}

type Left = Map<string, StockLocation[]>;

function fromDecided(demand: Demand, availability: Availability, left: Left): Allocation[] {
  const warehouse = availability.decided.get(demand.lineId) ?? '';
  const place = left.get(demand.sku)?.find((one) => one.warehouse === warehouse);
  if (!place) return serve(demand, left);
  return take(demand, warehouse, demand.units, left).map((allocation) => ({ ...allocation, guarded: false }));
}

/** The first warehouse that can serve all demands; null: there is none. */
function warehouseForAll(demands: readonly Demand[], left: Left): string | null {
  const sums = new Map<string, number>();
  for (const { sku, units } of demands) sums.set(sku, (sums.get(sku) ?? 0) + units);
  const [first] = demands;
  if (!first) return null;
  const candidates = (left.get(first.sku) ?? []).map((place) => place.warehouse);
  const preferred = first.before === undefined ? candidates : [first.before, ...candidates];
  const has = (warehouse: string, sku: string, units: number) =>
    (left.get(sku) ?? []).some((place) => place.warehouse === warehouse && place.available >= units);
  return preferred.find((warehouse) => [...sums].every(([sku, units]) => has(warehouse, sku, units))) ?? null;
}

function serve(demand: Demand, left: Left): Allocation[] {
  const places = ordered(demand, left);
  const whole = places.find((place) => place.available >= demand.units);
  if (whole) return take(demand, whole.warehouse, demand.units, left);
  const allocations: Allocation[] = [];
  let missing = demand.units;
  for (const place of places) {
    const units = Math.min(missing, Math.max(0, place.available));
    if (units === 0) continue;
    allocations.push(...take(demand, place.warehouse, units, left));
    missing -= units;
  }
  const [first] = places;
  if (missing === 0 || !first) return allocations;
  // Oversold: added to what the first one serves anyway.
  const there = allocations.find((allocation) => allocation.warehouse === first.warehouse);
  if (!there)
    return [
      ...allocations,
      ...take(demand, first.warehouse, missing, left).map((allocation) => ({ ...allocation, guarded: false })),
    ];
  take(demand, first.warehouse, missing, left);
  return allocations.map((allocation) =>
    allocation === there ? { ...allocation, units: allocation.units + missing, guarded: false } : allocation,
  );
}

/** The warehouse that served its line before comes first. */
function ordered(demand: Demand, left: Left): StockLocation[] {
  const places = left.get(demand.sku) ?? [];
  return [...places].sort((a, b) => Number(b.warehouse === demand.before) - Number(a.warehouse === demand.before));
}

function take(demand: Demand, warehouse: string, units: number, left: Left): Allocation[] {
  const places = left.get(demand.sku) ?? [];
  const position = places.findIndex((place) => place.warehouse === warehouse);
  const place = places[position];
  if (!place) return [];
  places[position] = { ...place, available: place.available - units };
  return [
    { lineId: demand.lineId, sku: demand.sku, units, warehouse, master: place.master, guarded: places.length > 1 },
  ];
}
