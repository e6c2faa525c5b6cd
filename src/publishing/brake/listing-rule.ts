import { publishingOf, type Connection } from '../../connectors/contract.js';
import { type Listing } from '../../listings/listing.schema.js';
import { weigh } from './brake-rule.js';

/** The fields of a listing that the brake reads. */
export type BrakedListing = Pick<
  Listing,
  '_id' | 'sku' | 'rules' | 'causes' | 'push' | 'last' | 'largeChange' | 'held' | 'approved'
>;

/** The number that is about to be published of a listing. */
export interface ListingChange {
  readonly listing: BrakedListing;
  readonly to: number;
}

/** A person set it to 0, whatever there is: the number says nothing about the stock. */
export function isZeroedByHand(
  connection: Pick<Connection, 'publishing' | 'liveSkus'>,
  { sku, rules }: Pick<Listing, 'sku' | 'rules'>,
): boolean {
  return rules.notForSale || publishingOf(connection, sku) === 'stopped';
}

/**
 * What kind of change a number would be. `free`: it must not wait, and does not count. That is what falls because of an order (held back
 * it would be sold once more), what a person set to 0, what a person has approved, and what nothing is known of. Pure.
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
