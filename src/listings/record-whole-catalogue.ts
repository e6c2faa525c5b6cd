import { type mongo } from 'mongoose';
import { requestAgain } from '../common/mongo/mark.js';
import { normalizeSku } from '../common/sku.js';
import { type ChannelListing } from '../connectors/contract.js';
import { type Listing } from './listing.schema.js';

const PAGE = 1_000;

type Known = Pick<Listing, '_id' | 'sku' | 'externalIds' | 'unlistedAt'>;

/**
 * Records on the listings of a connection what only its whole catalogue shows: which SKUs several products of the channel carry,
 * and which it does not have any more. Only what changed is written.
 * @param seen the channel's own ids by SKU
 * @returns the SKUs that are gone since the last time
 */
export async function recordWholeCatalogue(
  collection: mongo.Collection<Listing>,
  connection: string,
  seen: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<string[]> {
  const now = new Date();
  const gone: string[] = [];
  const projection = { sku: 1, externalIds: 1, unlistedAt: 1 };
  for (let after = `${connection}/`; ;) {
    const range = { $gt: after, $lt: `${connection}0` };
    const page: Known[] = await collection
      .find({ _id: range }, { projection, sort: { _id: 1 }, limit: PAGE })
      .toArray();
    gone.push(
      ...page.filter(({ sku, unlistedAt }) => !seen.has(sku) && unlistedAt === undefined).map(({ sku }) => sku),
    );
    const writes = page.flatMap((listing) => changeOf(listing, seen.get(listing.sku), now));
    if (writes.length > 0) await collection.bulkWrite(writes, { ordered: false });
    const last = page.at(-1);
    if (!last || page.length < PAGE) return gone;
    after = last._id;
  }
}

function changeOf(
  { _id, externalIds, unlistedAt }: Known,
  ids: ReadonlySet<string> | undefined,
  now: Date,
): mongo.AnyBulkWriteOperation<Listing>[] {
  const several = ids && ids.size > 1 ? [...ids].sort() : undefined;
  const isSame =
    (several ?? []).join('\n') === (externalIds ?? []).join('\n') && (ids === undefined) === (unlistedAt !== undefined);
  if (isSame) return [];
  const set = {
    ...(several ? { externalIds: several } : {}),
    ...(ids === undefined ? { unlistedAt: unlistedAt ?? now } : {}),
  };
  const unset = { ...(several ? {} : { externalIds: '' }), ...(ids === undefined ? {} : { unlistedAt: '' }) };
  // While several products shared its SKU it was not published.
  const isAlone = externalIds !== undefined && several === undefined;
  const update = {
    ...(Object.keys(set).length > 0 ? { $set: set } : {}),
    ...(Object.keys(unset).length > 0 ? { $unset: { ...unset, ...(isAlone ? { published: '' } : {}) } } : {}),
    ...(isAlone ? requestAgain('push', now) : {}),
  };
  return [{ updateOne: { filter: { _id }, update: update as mongo.UpdateFilter<Listing> } }];
}

/** Collects a catalogue page by page. */
export class WholeCatalogue {
  /** The channel's own ids by SKU. SKUs that are one SKU here share them. */
  readonly seen = new Map<string, Set<string>>();
  private readonly tidy = new Map<string, Set<string>>();

  add(items: readonly Pick<ChannelListing, 'sku' | 'externalId' | 'externalIds'>[]): void {
    for (const { sku, externalId, externalIds } of items) {
      const ids = this.tidy.get(normalizeSku(sku)) ?? new Set<string>();
      for (const id of externalIds ?? [externalId]) ids.add(id);
      this.tidy.set(normalizeSku(sku), ids);
      this.seen.set(sku, ids);
    }
  }
}
