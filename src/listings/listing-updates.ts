import { type mongo } from 'mongoose';
import { distinct } from '../common/collections.js';
import { isFree } from '../common/mongo/lease-field.js';
import { requestAgain } from '../common/mongo/mark.js';
import { ownSkus } from './listing-parts.js';
import { type Listing, type ListingPart } from './listing.schema.js';
import { RETRY_AFTER_MS } from '../config/retry-delays.js';

/** What a person decides about a listing. `parts` null: one unit of its own SKU; absent: as it is. */
export interface ListingDecision {
  readonly rules?: Listing['rules'] | undefined;
  readonly parts?: readonly ListingPart[] | null | undefined;
}

/** Writes a decision and requests that what follows from it is published. */
export function decisionUpdate(sku: string, { rules, parts }: ListingDecision): mongo.UpdateFilter<Listing> {
  return {
    ...requestAgain('push'),
    $set: {
      updatedAt: new Date(),
      ...(rules ? { rules: { buffer: rules.buffer, cap: rules.cap, notForSale: rules.notForSale } } : {}),
      ...(parts
        ? {
            parts: parts.map((part) => ({ sku: part.sku, quantity: part.quantity })),
            skus: parts.map((part) => part.sku),
          }
        : {}),
      ...(parts === null ? { skus: ownSkus(sku) } : {}),
    },
    $unset: { preview: '', ...(parts === null ? { parts: '' } : {}) },
  } as unknown as mongo.UpdateFilter<Listing>;
}

/** Opens the mark for later, unless something else has opened it. A change before then is published at once. */
export function againAt(_id: string, refusals: number, error: string) {
  const refused = RETRY_AFTER_MS.refusedListing;
  const at = new Date(Date.now() + Math.min(refused.first * 2 ** refusals, refused.longest));
  const update = { $inc: { 'push.requested': 1 }, $set: { 'push.since': at, 'push.due': at, 'push.error': error } };
  const filter = { _id, 'push.since': { $exists: false } };
  return [{ updateOne: { filter, update: update as unknown as mongo.UpdateFilter<Listing> } }];
}

/** No listing is postponed for longer: a time beyond was written by a clock that was wrong. */
const LONGEST_WAIT_MS = 2 * RETRY_AFTER_MS.refusedListing.longest;

/** Listings that no push holds, that are not postponed, and that the brake does not hold. */
export function freeAt(now: Date) {
  const latest = new Date(now.getTime() + LONGEST_WAIT_MS);
  return { ...isFree(now), notBefore: { $not: { $gt: now, $lte: latest } }, held: { $exists: false } };
}

/** The connections of these listings, once each. */
export function connectionsOf(listingIds: readonly string[]): string[] {
  return distinct(listingIds.map((id) => id.slice(0, id.indexOf('/'))));
}
