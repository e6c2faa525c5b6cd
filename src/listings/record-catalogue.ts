import { type mongo } from 'mongoose';
import { openMark, requestAgain } from '../common/mongo/mark.js';
import { type ChannelListing } from '../connectors/contract.js';
import { CONNECTORS_SCHEMA_VERSION } from '../connections/connection.schema.js';
import { listingId } from './listing-id.js';
import { ownSkus } from './listing-parts.js';
import { type Listing } from './listing.schema.js';
import { markTwins, twinsAmong } from './twins.js';

export function blankListing(connection: string, sku: string) {
  return {
    connection,
    sku,
    skus: ownSkus(sku),
    rules: { buffer: 0, cap: null, notForSale: false },
    push: openMark(),
    causes: [],
    schemaVersion: CONNECTORS_SCHEMA_VERSION,
  };
}

/** Records what a channel sells. Its numbers count as published only for new listings. Returns the new SKUs. */
export async function recordCatalogue(
  collection: mongo.Collection<Listing>,
  connection: string,
  items: readonly ChannelListing[],
): Promise<string[]> {
  if (items.length === 0) return [];
  const now = new Date();
  const moved = await movedAmong(collection, connection, items);
  const twins = await twinsAmong(collection, connection, items);
  await markTwins(collection, connection, twins);
  const result = await collection.bulkWrite(
    items.map((item) => ({
      updateOne: {
        filter: { _id: listingId(connection, item.sku) },
        update: {
          $set: {
            externalId: item.externalId,
            updatedAt: now,
            ...severalOf(twins.get(item.sku) ?? item.externalIds),
            ...(item.unlimited && { unlimited: true as const }),
          },
          $unset: { unlistedAt: '' as const, ...(item.unlimited ? {} : { unlimited: '' as const }) },
          $setOnInsert: {
            ...blankListing(connection, item.sku),
            ...(item.quantity === null
              ? {}
              : {
                  published: { quantity: item.quantity, at: now, state: 'observed' as const },
                  last: lastSeen(item.quantity, now),
                }),
          },
        },
        upsert: true,
      },
    })),
    { ordered: false },
  );
  if (moved.length > 0) {
    const again = { ...requestAgain('push', now), $unset: { published: '' } } as unknown as mongo.UpdateFilter<Listing>;
    await collection.updateMany({ _id: { $in: moved } }, again);
  }
  const added = new Set(Object.values(result.upsertedIds));
  return items.filter((item) => added.has(listingId(connection, item.sku))).map((item) => item.sku);
}

function severalOf(ids: readonly string[] | undefined) {
  return ids ? { externalIds: [...ids] } : {};
}

/** What the brake compares the first published number with. */
function lastSeen(quantity: number, at: Date): NonNullable<Listing['last']> {
  return { quantity, at, seen: true };
}

/**
 * Listings that the channel has under another id than before, has again, or counts from now on: their numbers were not published there, so they
 * are published again.
 */
async function movedAmong(
  collection: mongo.Collection<Listing>,
  connection: string,
  items: readonly ChannelListing[],
): Promise<string[]> {
  const now = new Map(items.map((item) => [listingId(connection, item.sku), item]));
  const projection = { externalId: 1, unlimited: 1, unlistedAt: 1 };
  const known = await collection.find({ _id: { $in: [...now.keys()] } }, { projection }).toArray();
  return known
    .filter(({ _id, externalId, unlimited, unlistedAt }) => {
      const item = now.get(_id);
      return (
        item !== undefined &&
        (item.externalId !== (externalId ?? item.externalId) ||
          unlistedAt !== undefined ||
          (unlimited === true && !item.unlimited))
      );
    })
    .map(({ _id }) => _id);
}
