import { currentRequestRecord } from './context.js';
import { InvalidInputError } from './errors.js';

const MOST_CHARACTERS = 100;
/** Nothing that could not stand in an id: no control characters, no half of a character. */
export const PLAIN = /^[^\p{Cc}\p{Cs}]*$/u;

/**
 * A SKU as it stands in an address, noted for the request's log.
 * @throws InvalidInputError for what no SKU looks like
 */
export function skuParam(sku: string): string {
  if (sku.length === 0 || sku.length > MOST_CHARACTERS || !PLAIN.test(sku))
    throw new InvalidInputError([
      { field: 'sku', expected: 'must have 1 to 100 characters and no control characters' },
    ]);
  currentRequestRecord()?.productSkus.push(sku);
  return sku;
}

/** The ids that begin with a text, as a range. All ids that this is used for are made of printable ASCII. */
export function idPrefix(prefix: string): { $gte: string; $lt: string } {
  return { $gte: prefix, $lt: `${prefix}\u007f` };
}
