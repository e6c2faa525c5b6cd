import { type LinePart } from './order.types.js';

/** A warehouse that a SKU can be served from. */
export interface StockLocation {
  readonly warehouse: string;
  /** `ledger`, or the id of the ERP connection that is the master. */
  readonly master: string;
  /** Units available as far as is known; below 0: oversold. */
  readonly available: number;
}

/** What is known of the SKUs that an order sells, read before it is planned. */
export interface Availability {
  /**
   * What one unit of each line is made of, by line id. A line that is absent waits to be mapped. An empty
   * list moves no stock.
   */
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

/**
 * Units of a demand and the warehouse that serves them. `guarded`: another warehouse may serve them if
 * they are gone here.
 */
export interface Allocation {
  readonly lineId: string;
  readonly sku: string;
  readonly units: number;
  readonly warehouse: string;
  readonly master: string;
  readonly guarded: boolean;
}

/**
 * Chooses the warehouse for each demand. A platform's own choice wins. Else one warehouse serves
 * everything if it can; else each demand is served by one warehouse; else it is split. Units that no
 * warehouse has are reserved in the first one, as the sale has happened. Pure.
 */
export function allocate(needs: readonly Demand[], supply: Availability): Allocation[] {
  const left = new Map<string, StockLocation[]>();
  for (const { sku } of needs) if (!left.has(sku)) left.set(sku, [...(supply.places.get(sku) ?? [])]);
  const decided = needs.filter((need) => supply.decided.has(need.lineId));
  const open = needs.filter((need) => !supply.decided.has(need.lineId));
  const sources = decided.flatMap((need) => fromDecided(need, supply, left));
  const one = warehouseForAll(open, left);
  for (const need of open) sources.push(...(one === null ? serve(need, left) : take(need, one, need.units, left)));
  const order = new Map(needs.map((need, index) => [`${need.lineId}\n${need.sku}`, index]));
  return sources.sort((a, b) => (order.get(`${a.lineId}\n${a.sku}`) ?? 0) - (order.get(`${b.lineId}\n${b.sku}`) ?? 0));
}

type Left = Map<string, StockLocation[]>;

function fromDecided(need: Demand, supply: Availability, left: Left): Allocation[] {
  const warehouse = supply.decided.get(need.lineId) ?? '';
  const place = left.get(need.sku)?.find((one) => one.warehouse === warehouse);
  if (!place) return serve(need, left);
  return take(need, warehouse, need.units, left).map((source) => ({ ...source, guarded: false }));
}

/** The first warehouse that has all of every demand; null where none has. */
function warehouseForAll(needs: readonly Demand[], left: Left): string | null {
  const sums = new Map<string, number>();
  for (const { sku, units } of needs) sums.set(sku, (sums.get(sku) ?? 0) + units);
  const [first] = needs;
  if (!first) return null;
  const candidates = (left.get(first.sku) ?? []).map((place) => place.warehouse);
  const preferred = first.before === undefined ? candidates : [first.before, ...candidates];
  const has = (warehouse: string, sku: string, units: number) =>
    (left.get(sku) ?? []).some((place) => place.warehouse === warehouse && place.available >= units);
  return preferred.find((warehouse) => [...sums].every(([sku, units]) => has(warehouse, sku, units))) ?? null;
}

function serve(need: Demand, left: Left): Allocation[] {
  const places = ordered(need, left);
  const whole = places.find((place) => place.available >= need.units);
  if (whole) return take(need, whole.warehouse, need.units, left);
  const sources: Allocation[] = [];
  let missing = need.units;
  for (const place of places) {
    const units = Math.min(missing, Math.max(0, place.available));
    if (units === 0) continue;
    sources.push(...take(need, place.warehouse, units, left));
    missing -= units;
  }
  const [first] = places;
  if (missing === 0 || !first) return sources;
  // Oversold: added to what the first warehouse serves anyway.
  const there = sources.find((source) => source.warehouse === first.warehouse);
  if (!there)
    return [...sources, ...take(need, first.warehouse, missing, left).map((source) => ({ ...source, guarded: false }))];
  take(need, first.warehouse, missing, left);
  return sources.map((source) =>
    source === there ? { ...source, units: source.units + missing, guarded: false } : source,
  );
}

/** The warehouse that served the line before comes first. */
function ordered(need: Demand, left: Left): StockLocation[] {
  const places = left.get(need.sku) ?? [];
  return [...places].sort((a, b) => Number(b.warehouse === need.before) - Number(a.warehouse === need.before));
}

function take(need: Demand, warehouse: string, units: number, left: Left): Allocation[] {
  const places = left.get(need.sku) ?? [];
  const position = places.findIndex((place) => place.warehouse === warehouse);
  const place = places[position];
  if (!place) return [];
  places[position] = { ...place, available: place.available - units };
  return [{ lineId: need.lineId, sku: need.sku, units, warehouse, master: place.master, guarded: places.length > 1 }];
}
