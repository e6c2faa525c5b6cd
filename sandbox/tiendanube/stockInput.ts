import { type Store, type Variant } from './state.js';
import { type TiendanubeSettings } from './settings.js';
import { type FieldErrors } from './errors.js';

/** A number to set; `leave`: the sender gave none. */
export type StockInput = { to: number | null } | 'leave' | 'bad';

/**
 * Parses a stock number: empty text is unlimited, and so is null unless the setting ignores it. Text of
 * digits counts as a number.
 */
export function readStock(value: unknown, { nullStock }: TiendanubeSettings): StockInput {
  if (value === undefined) return 'leave';
  if (value === '') return { to: null };
  if (value === null) return nullStock === 'infinite' ? { to: null } : 'leave';
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? { to: number } : 'bad';
}

/** Why a number is refused. */
export function stockErrors(value: unknown): FieldErrors {
  const number = Number(value);
  return {
    stock: [Number.isInteger(number) && number < 0 ? 'The stock must be at least 0.' : 'The stock must be an integer.'],
  };
}

export interface LevelInput {
  stock?: unknown;
  location_id?: unknown;
}

/** The location of a level without one: the first by priority. */
export function placeOf(store: Store, variant: Variant, locationId: unknown): string | undefined {
  if (typeof locationId === 'string') return locationId;
  const [first] = [...store.locations].sort((a, b) => a.priority - b.priority);
  return first?.id ?? variant.levels[0]?.locationId;
}
