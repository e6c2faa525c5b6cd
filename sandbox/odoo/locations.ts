import { type Env } from './env.js';
import { type LocationRow, type Ref, type WarehouseRow } from './rows.js';

/** Whether a location is the given one or below it. */
export function isUnder(env: Env, location: Ref, ancestor: number): boolean {
  for (let at = env.store.get('stock.location', location); at; at = env.store.get('stock.location', at.location_id)) {
    if (at.id === ancestor) return true;
  }
  return false;
}

export function warehouseOf(env: Env, location: Ref): WarehouseRow | undefined {
  return env.store
    .all('stock.warehouse')
    .find((warehouse) => warehouse.view_location_id !== false && isUnder(env, location, warehouse.view_location_id));
}

/** Stock is counted in internal (and transit) locations only; vendors, customers and adjustments may go below zero. */
export function isStock(location: LocationRow | undefined): boolean {
  return location?.usage === 'internal';
}

/**
 * The locations that a product's quantities are summed over: the context's warehouse or location and those
 * below it, otherwise every warehouse.
 */
export function countedLocations(env: Env): (location: Ref) => boolean {
  const roots = contextRoots(env);
  return (location) =>
    isStock(env.store.get('stock.location', location)) &&
    (roots === null || roots.some((root) => isUnder(env, location, root)));
}

function contextRoots(env: Env): number[] | null {
  const location = numbers(env.context.location);
  if (location) return location;
  const warehouses = numbers(env.context.warehouse_id);
  if (!warehouses) return null;
  return warehouses.flatMap((id) => {
    const view = env.store.get('stock.warehouse', id)?.view_location_id;
    return view === undefined || view === false ? [] : [view];
  });
}

function numbers(value: unknown): number[] | null {
  if (typeof value === 'number') return [value];
  if (Array.isArray(value) && value.length > 0)
    return value.filter((entry): entry is number => typeof entry === 'number');
  return null;
}
