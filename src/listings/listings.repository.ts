import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { Marks, requestAgain } from '../common/mongo/mark.js';
import { SweptMarks } from '../common/mongo/mark-sources.js';
import { native, throughConflicts } from '../common/mongo/native.js';
import { type ChannelListing } from '../connectors/contract.js';
import { listingId } from './listing-id.js';
import { blankListing, recordCatalogue } from './record-catalogue.js';
import { recordWholeCatalogue } from './record-whole-catalogue.js';
import { Listing, type ListingPart, type PushCause } from './listing.schema.js';
import { markTwins, twinsAmong } from './twins.js';
import { connectionsOf, decisionUpdate, type ListingDecision } from './listing-updates.js';

const KEPT_CAUSES = 20;
const MARKED_AT_ONCE = 200;

/** A change after which the listings of a SKU are published again. `soldAt`: the channel that lowered its own number, so that what it shows is unknown. */
export interface ListingChange {
  readonly sku: string;
  readonly soldAt?: string;
  /** Reserved units have left: what is available stays the same. */
  readonly isTakenOff?: boolean;
  readonly cause: PushCause;
}

export { listingId };

@Injectable()
export class ListingsRepository {
  // Its job names the channels of the listings.
  @SweptMarks({ wake: 'pushes', about: { connection: 'connection', sku: 'sku' }, idsOf: connectionsOf })
  readonly push: Marks<Listing>;
  private readonly collection: mongo.Collection<Listing>;
  /** Ids of existing listings, which are never removed. */
  private readonly known = new Set<string>();

  constructor(@InjectModel(Listing.name) model: Model<Listing>) {
    this.collection = native(model);
    this.push = new Marks(model, 'push');
  }

  /** Records what a channel sells. Its numbers count as published only for new listings. Returns the new SKUs. */
  async recordCatalogue(connection: string, items: readonly ChannelListing[]): Promise<string[]> {
    return recordCatalogue(this.collection, connection, items);
  }

  /** A sale proves that a channel sells a SKU, whatever its catalogue says. */
  async ensure(connection: string, skus: readonly string[]): Promise<void> {
    const fresh = skus.filter((sku) => !this.known.has(listingId(connection, sku)));
    if (fresh.length === 0) return;
    const twins = await twinsAmong(
      this.collection,
      connection,
      fresh.map((sku) => ({ sku })),
    );
    await this.collection.bulkWrite(
      fresh.map((sku) => ({
        updateOne: {
          filter: { _id: listingId(connection, sku) },
          update: { $setOnInsert: { ...blankListing(connection, sku), updatedAt: new Date() } },
          upsert: true,
        },
      })),
      { ordered: false },
    );
    await markTwins(this.collection, connection, twins);
    for (const sku of fresh) this.known.add(listingId(connection, sku));
  }

  /**
   * Marks every listing of the changed SKUs. `concerns`: whether a change may alter what a connection shows, given the number that is published, 0 where it is unknown. Returns the connections that have
   * something to publish.
   */
  async requestPublish(
    changes: readonly ListingChange[],
    concerns: (change: ListingChange, connection: string, published: number) => boolean = () => true,
  ): Promise<string[]> {
    const skus = changes.map((change) => change.sku);
    const found = await this.collection
      .find({ skus: { $in: skus } }, { projection: { skus: 1, connection: 1, published: 1 } })
      .toArray();
    const changesOf = ({ skus: own, connection, published }: Listing) =>
      changes.filter((change) => own.includes(change.sku) && concerns(change, connection, published?.quantity ?? 0));
    const listings = found.filter((listing) => changesOf(listing).length > 0);
    if (listings.length === 0) return [];
    const now = new Date();
    // Ordered by id, so that concurrent processes cannot block each other. Opening a mark twice is
    // harmless.
    const inTurn = listings.sort((x, y) => (x._id < y._id ? -1 : 1));
    const write = () =>
      this.collection.bulkWrite(
        inTurn.map((listing) => {
          const ofSku = changesOf(listing);
          const again = requestAgain('push', now);
          const unknown = ofSku.some((change) => change.soldAt === listing.connection)
            ? { $unset: { published: '' as const } }
            : {};
          const causes = ofSku.map((change) => change.cause).filter((cause) => cause.orderId ?? cause.correlationId);
          return {
            updateOne: {
              filter: { _id: listing._id },
              update: {
                ...again,
                ...unknown,
                $push: { causes: { $each: causes, $slice: -KEPT_CAUSES } },
              },
            },
          };
        }),
        { ordered: false },
      );
    await throughConflicts(write);
    return [...new Set(listings.map((listing) => listing.connection))];
  }

  /** Requests that everything a connection sells is published: it begins to publish, or publishes in another way. */
  async requestPublishAll(connection: string): Promise<void> {
    const update = { ...requestAgain('push'), $unset: { preview: '' } } as unknown as mongo.UpdateFilter<Listing>;
    for (let after = ''; ;) {
      const ids = (await this.page(connection, after, MARKED_AT_ONCE)).map(({ _id }) => _id);
      // A few at a time, with retries: so many documents are rarely free of concurrent writes at once.
      if (ids.length > 0) await throughConflicts(() => this.collection.updateMany({ _id: { $in: ids } }, update));
      if (ids.length < MARKED_AT_ONCE) return;
      after = ids.at(-1) ?? '';
    }
  }

  /** What one unit of each is made of, as a person decided; null: no decision. In the same order. */
  async parts(wanted: readonly { connection: string; sku: string }[]): Promise<(readonly ListingPart[] | null)[]> {
    const ids = wanted.map(({ connection, sku }) => listingId(connection, sku));
    const found = await this.collection
      .find({ _id: { $in: [...new Set(ids)] }, parts: { $exists: true } }, { projection: { parts: 1 } })
      .toArray();
    const byId = new Map(found.map((listing) => [listing._id, listing.parts ?? null]));
    return ids.map((id) => byId.get(id) ?? null);
  }

  /** Publishes everything that is made of a SKU again, whatever was published before and however long it was postponed. */
  async republish(sku: string): Promise<{ connection: string; sku: string }[]> {
    const found = await this.collection.find({ skus: sku }, { projection: { connection: 1, sku: 1 } }).toArray();
    const again = requestAgain('push');
    const update = {
      ...again,
      $unset: { published: '', notBefore: '', 'push.error': '' },
    } as unknown as mongo.UpdateFilter<Listing>;
    await this.collection.updateMany({ _id: { $in: found.map((listing) => listing._id) } }, update);
    return found.map((listing) => ({ connection: listing.connection, sku: listing.sku }));
  }

  /** The SKUs under which channels sell these, alone or in a bundle. */
  async soldAs(skus: readonly string[]): Promise<string[]> {
    const found = await this.collection.find({ skus: { $in: [...skus] } }, { projection: { sku: 1 } }).toArray();
    return found.map((listing) => listing.sku);
  }

  /** The channel may have changed its own numbers of these, so what it shows is unknown: they are published again. */
  async markUnknown(connection: string, skus: readonly string[]): Promise<void> {
    const ids = skus.map((sku) => listingId(connection, sku));
    const update = { ...requestAgain('push'), $unset: { published: '' } } as unknown as mongo.UpdateFilter<Listing>;
    await this.collection.updateMany({ _id: { $in: ids } }, update);
  }

  /** Records a person's decision about a listing, and publishes what follows from it. */
  async decide(connection: string, sku: string, decision: ListingDecision): Promise<Listing> {
    const update = decisionUpdate(sku, decision);
    const after = await this.collection.findOneAndUpdate({ _id: listingId(connection, sku) }, update, {
      returnDocument: 'after',
    });
    if (!after) throw new Error(`${connection} has no listing ${sku}`);
    return after;
  }

  async byIds(ids: readonly string[]): Promise<Listing[]> {
    return ids.length === 0 ? [] : this.collection.find({ _id: { $in: [...ids] } }).toArray();
  }

  /** The given SKUs that a connection sells. */
  async findThese(connection: string, skus: readonly string[]): Promise<Listing[]> {
    return this.collection.find({ _id: { $in: skus.map((sku) => listingId(connection, sku)) } }).toArray();
  }

  /** Deletes the listings of a connection. Returns how many. */
  async forget(connection: string): Promise<number> {
    for (const id of this.known) if (id.startsWith(`${connection}/`)) this.known.delete(id);
    return (await this.collection.deleteMany({ connection })).deletedCount;
  }

  /** A page of a connection's listings, by id. */
  async page(connection: string, after: string, limit: number): Promise<Listing[]> {
    const [from, to] = [`${connection}/`, `${connection}0`];
    return this.collection
      .find({ _id: { $gt: after < from ? from : after, $lt: to } }, { sort: { _id: 1 }, limit })
      .toArray();
  }

  /** Records what only the whole catalogue shows: SKUs that several products carry, and SKUs that are gone. @param seen the channel's own ids by SKU */
  recordWholeCatalogue(connection: string, seen: ReadonlyMap<string, ReadonlySet<string>>): Promise<string[]> {
    return recordWholeCatalogue(this.collection, connection, seen);
  }

  /** Since when the longest waiting listing of a connection waits to be published; null: none waits. */
  async oldestWaiting(connection: string): Promise<Date | null> {
    const waiting = { connection, 'push.since': { $exists: true } } as mongo.Filter<Listing>;
    const [oldest] = await this.collection
      .find(waiting, { projection: { push: 1 }, sort: { 'push.since': 1 }, limit: 1 })
      .toArray();
    return oldest?.push.since ?? null;
  }

  async find(connection: string, sku: string): Promise<Listing | null> {
    return this.collection.findOne({ _id: listingId(connection, sku) });
  }
}
