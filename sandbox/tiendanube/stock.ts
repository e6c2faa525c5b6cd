import { type Store, type Variant } from './state.js';

/** The number shown to shoppers: the sum over the locations, or null when one of them is unlimited. */
export function shown(variant: Variant): number | null {
  return variant.levels.reduce<number | null>(
    (sum, level) => (sum === null || level.stock === null ? null : sum + level.stock),
    0,
  );
}

/** One change of a number, as the log of changes keeps it. */
export interface LevelChange {
  locationId: string;
  from: number | null;
  to: number | null;
}

/** Sets the number of one location, the first one by default. Null: there is no such location. */
export function setLevel(variant: Variant, locationId: string | undefined, stock: number | null): LevelChange | null {
  const level =
    locationId === undefined ? variant.levels[0] : variant.levels.find((one) => one.locationId === locationId);
  if (!level) return null;
  const change = { locationId: level.locationId, from: level.stock, to: stock };
  level.stock = stock;
  variant.updatedAt = Date.now();
  return change;
}

export interface Wanted {
  variant: Variant;
  quantity: number;
}

/** The units of one line taken from each location, and how many were missing. */
export interface Claim {
  taken: Record<string, number>;
  short: number;
  changes: LevelChange[];
}

function byPriority(store: Store): string[] {
  return [...store.locations].sort((a, b) => a.priority - b.priority).map((location) => location.id);
}

function canServe(wanted: readonly Wanted[], locationId: string): boolean {
  const left = new Map<Variant, number>();
  return wanted.every(({ variant, quantity }) => {
    if (shown(variant) === null) return true;
    const level = variant.levels.find((one) => one.locationId === locationId);
    const rest = (left.get(variant) ?? level?.stock ?? 0) - quantity;
    left.set(variant, rest);
    return rest >= 0;
  });
}

/**
 * Takes units for an order: all from the first location that has everything, else line by line by
 * priority. Never below zero.
 */
export function claim(store: Store, wanted: readonly Wanted[]): Claim[] {
  const order = byPriority(store);
  const complete = order.find((locationId) => canServe(wanted, locationId));
  const places = complete === undefined ? order : [complete];
  return wanted.map(({ variant, quantity }) => claimLine(variant, quantity, places));
}

function claimLine(variant: Variant, quantity: number, places: readonly string[]): Claim {
  const result: Claim = { taken: {}, short: 0, changes: [] };
  if (shown(variant) === null) return result;
  let missing = quantity;
  for (const locationId of places) {
    const level = variant.levels.find((one) => one.locationId === locationId);
    const units = Math.min(missing, level?.stock ?? 0);
    if (!level || level.stock === null || units <= 0) continue;
    result.changes.push({ locationId, from: level.stock, to: level.stock - units });
    level.stock -= units;
    result.taken[locationId] = units;
    missing -= units;
  }
  variant.updatedAt = Date.now();
  result.short = missing;
  return result;
}

/** Returns at most `units` units to their locations, and subtracts them from `taken`. */
export function giveBack(variant: Variant, taken: Record<string, number>, units: number): LevelChange[] {
  const changes: LevelChange[] = [];
  let left = units;
  for (const [locationId, held] of Object.entries(taken)) {
    const back = Math.min(left, held);
    if (back <= 0) continue;
    taken[locationId] = held - back;
    left -= back;
    const level = variant.levels.find((one) => one.locationId === locationId);
    if (!level || level.stock === null) continue;
    changes.push({ locationId, from: level.stock, to: level.stock + back });
    level.stock += back;
  }
  variant.updatedAt = Date.now();
  return changes;
}
