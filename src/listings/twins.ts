import { type mongo } from 'mongoose';
import { distinct } from '../common/collections.js';
import { normalizeSku } from '../common/sku.js';
import { type Listing } from './listing.schema.js';
import { listingId } from './listing-id.js';

/** A listing as a channel shows it now. */
export interface Shown {
  readonly sku: string;
  readonly externalId?: string;
}

/**
 * Listings of a connection that are one SKU here although the channel writes it in several ways, with all their ids at the channel, by
 * their text. Of two such listings one is always written untidily, so nothing is read unless one is.
 */
export async function twinsAmong(
  collection: mongo.Collection<Listing>,
  connection: string,
  shown: readonly Shown[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const untidy = distinct(shown.filter(({ sku }) => normalizeSku(sku) !== sku).map(({ sku }) => normalizeSku(sku)));
  if (untidy.length === 0) return new Map();
  const known = await collection
    .find(
      { connection, skus: { $in: untidy }, unlistedAt: { $exists: false } },
      { projection: { sku: 1, externalId: 1 } },
    )
    .toArray();
  const ids = new Map<string, Map<string, string>>();
  for (const { sku, externalId } of [...known, ...shown]) {
    const own = normalizeSku(sku);
    if (untidy.includes(own)) ids.set(own, (ids.get(own) ?? new Map<string, string>()).set(sku, externalId ?? sku));
  }
  return new Map(
    [...ids.values()]
      .filter((texts) => texts.size > 1)
      .flatMap((texts) =>
        [...texts.keys()].map((sku): [string, string[]] => [sku, distinct([...texts.values()]).sort()]),
      ),
  );
}

/** Twins are not published until a person maps them. */
export async function markTwins(
  collection: mongo.Collection<Listing>,
  connection: string,
  twins: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  if (twins.size === 0) return;
  await collection.bulkWrite(
    [...twins].map(([sku, ids]) => ({
      updateOne: { filter: { _id: listingId(connection, sku) }, update: { $set: { externalIds: [...ids] } } },
    })),
    { ordered: false },
  );
}
