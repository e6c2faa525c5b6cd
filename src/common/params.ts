import { currentRequestRecord } from './context.js';
import { InvalidInputError } from './errors.js';
import { normalizeSku } from './sku.js';

const MOST_CHARACTERS = 100;
/** Text that may be part of an id: no control characters, no lone surrogates. */
export const PLAIN = /^[^\p{Cc}\p{Cs}]*$/u;

/** A stock SKU from a path, normalized. @throws as `skuParam` */
export function stockSkuParam(sku: string): string {
  return skuParam(normalizeSku(sku));
}

/**
 * A SKU from a path, recorded for the request's log.
 * @throws InvalidInputError for a text that cannot be a SKU
 */
export function skuParam(sku: string): string {
  if (sku.length === 0 || sku.length > MOST_CHARACTERS || !PLAIN.test(sku))
    throw new InvalidInputError([
      { field: 'sku', expected: 'must have 1 to 100 characters and no control characters' },
    ]);
  currentRequestRecord()?.productSkus.push(sku);
  return sku;
}

/** The ids that begin with a prefix, as a range. All ids used here are printable ASCII. */
export function idPrefix(prefix: string): { $gte: string; $lt: string } {
  return { $gte: prefix, $lt: `${prefix}\u007f` };
}
