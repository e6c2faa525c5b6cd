import { groupBy } from '../../../common/collections.js';
import { type StockPush } from '../../contract.js';
import { UnsendableStockError } from '../errors.js';
import { type VariantRef } from '../external-id.js';

/** The most variants of one call, over all products: one more is refused with 422. */
export const MOST_VARIANTS = 50;

const MOST_UNITS = 1_000_000_000;

/** One variant and the number that it is to show. */
export interface VariantStock extends VariantRef {
  readonly sku: string;
  readonly levels: readonly Level[];
}

/** Units at one location; without a location: the only one. */
export interface Level {
  readonly stock: number;
  readonly location?: string;
}

/** The body of `PATCH /products/stock-price`. */
export type StockRequest = readonly {
  readonly id: number | string;
  readonly variants: readonly {
    readonly id: number | string;
    readonly inventory_levels: readonly { readonly stock: number; readonly location_id?: string }[];
  }[];
}[];

/**
 * The number of an item at each location of a store. If the ledger states it by location, those locations
 * are set and others are left alone. Otherwise the first one receives all units and the others 0: a number
 * without a location would change only the first, and the old numbers of the others would still be sold.
 * @param locations the locations of the store, by priority; none or one: locations need no name
 */
export function levelsOf(
  { quantity, parts }: Pick<StockPush, 'quantity' | 'parts'>,
  locations: readonly string[],
): readonly Level[] {
  if (parts && parts.length > 0) return parts.map((part) => ({ stock: part.quantity, location: part.location }));
  if (locations.length < 2) return [{ stock: quantity }];
  return locations.map((location, place) => ({ stock: place === 0 ? quantity : 0, location }));
}

/**
 * The body of one call. Numbers are absolute and always numbers: an empty text or null would make the
 * stock unlimited.
 * @throws UnsendableStockError for any other value, and for more variants than a call takes
 */
export function stockRequest(variants: readonly VariantStock[]): StockRequest {
  if (variants.length > MOST_VARIANTS)
    throw new UnsendableStockError(`a call takes ${MOST_VARIANTS} variants, not ${variants.length}`);
  for (const { sku, levels } of variants) {
    for (const { stock } of levels) {
      if (!Number.isSafeInteger(stock) || stock < 0 || stock > MOST_UNITS)
        throw new UnsendableStockError(`the number of ${sku} must be a whole one from 0 to ${MOST_UNITS}`);
    }
  }
  return [...groupBy(variants, ({ productId }) => productId)].map(([productId, ofProduct]) => ({
    id: asGiven(productId),
    variants: ofProduct.map(({ variantId, levels }) => ({
      id: asGiven(variantId),
      inventory_levels: levels.map(({ stock, location }) => ({
        stock,
        ...(location !== undefined && { location_id: location }),
      })),
    })),
  }));
}

/** Ids are numbers at Tiendanube; one that a number cannot hold stays a text. */
function asGiven(id: string): number | string {
  const number = Number(id);
  return /^\d+$/.test(id) && Number.isSafeInteger(number) ? number : id;
}
