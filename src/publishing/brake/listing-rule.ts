import { publishingOf, type Connection } from '../../connectors/contract.js';
import { type Listing } from '../../listings/listing.schema.js';
import { weigh } from './brake-rule.js';

/** The fields of a listing that the brake reads. */
export type BrakedListing = Pick<
  Listing,
  '_id' | 'sku' | 'rules' | 'causes' | 'push' | 'last' | 'largeChange' | 'held' | 'approved'
>;

/** The next number of a listing. */
export interface ListingChange {
  readonly listing: BrakedListing;
  readonly to: number;
}

/** A person wants 0, so the number says nothing about the stock. */
export function isZeroedByHand(
  connection: Pick<Connection, 'publishing' | 'liveSkus'>,
  { sku, rules }: Pick<Listing, 'sku' | 'rules'>,
): boolean {
  return rules.notForSale || publishingOf(connection, sku) === 'stopped';
}

/**
 * The weight of publishing a number. `free`: it must not wait, and does not count. This holds for a fall
 * because of an order (which would oversell), for a 0 by hand, for an approved change, and without a known
 * earlier number. Pure.
 */
export function weighListing(
  connection: Pick<Connection, 'publishing' | 'liveSkus'>,
  { listing, to }: ListingChange,
  now: Date,
): 'free' | 'calm' | 'returned' | 'large' {
  const { last, largeChange, approved, causes } = listing;
  if (last === undefined || approved || isZeroedByHand(connection, listing)) return 'free';
  if (to < last.quantity && causes.some((cause) => cause.orderId !== undefined)) return 'free';
  return weigh({ from: last.quantity, to, passed: largeChange }, now);
}
