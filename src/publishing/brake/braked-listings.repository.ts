import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { requestAgain } from '../../common/mongo/mark.js';
import { native } from '../../common/mongo/native.js';
import { type ChannelListing } from '../../connectors/contract.js';
import { listingId } from '../../listings/listings.repository.js';
import { Listing } from '../../listings/listing.schema.js';
import { type ListingChange } from './listing-rule.js';
import { type ReasonCode } from '../../words/core-words.js';
import { RETRY_AFTER_MS } from '../../config/retry-delays.js';

/** Why the mark of a held listing stays open. */
export const HELD_LISTING: ReasonCode = 'reasons.brake';
/** The most that are read at once. */
const MOST = 20_000;

/** The brake's view of a channel's listings. */
@Injectable()
export class BrakedListings {
  private readonly collection: mongo.Collection<Listing>;

  constructor(@InjectModel(Listing.name) model: Model<Listing>) {
    this.collection = native(model);
  }

  /**
   * Records what a channel shows, where nothing was published since it was last read: a published number stays the base, so that correcting a
   * drift is no change. `isShadow`: nothing is published of these yet, so what they show is the base.
   */
  async recordSeen(
    connection: string,
    items: readonly Pick<ChannelListing, 'sku' | 'quantity'>[],
    isShadow: (sku: string) => boolean,
  ): Promise<void> {
    const at = new Date();
    const untold = { $or: [{ last: { $exists: false } }, { 'last.seen': true }] };
    const writes = items.flatMap(({ sku, quantity }) => {
      const filter = { _id: listingId(connection, sku), ...(isShadow(sku) ? {} : untold) } as mongo.Filter<Listing>;
      return quantity === null
        ? []
        : [{ updateOne: { filter, update: { $set: { last: { quantity, at, seen: true as const } } } } }];
    });
    if (writes.length > 0) await this.collection.bulkWrite(writes, { ordered: false });
  }

  /** The number of its listings; for a channel that is live for some SKUs, of these. */
  count(connection: string, liveSkus?: ReadonlySet<string>): Promise<number> {
    return this.collection.countDocuments({ connection, ...(liveSkus ? { sku: { $in: [...liveSkus] } } : {}) });
  }

  async held(connection: string): Promise<Listing[]> {
    return this.collection
      .find({ connection, 'held.at': { $exists: true } })
      .limit(MOST)
      .toArray();
  }

  /** In the order of their ids, after `afterId`. */
  async heldPage(connection: string, afterId: string, limit: number): Promise<Listing[]> {
    return this.collection
      .find({ connection, 'held.at': { $exists: true }, _id: { $gt: afterId } }, { sort: { _id: 1 }, limit })
      .toArray();
  }

  /** Ids of those with a published large change since then. */
  async largeChangesSince(connection: string, since: Date): Promise<string[]> {
    const found = await this.collection
      .find({ connection, 'largeChange.at': { $exists: true, $gt: since } }, { projection: { _id: 1 } })
      .toArray();
    return found.map(({ _id }) => _id);
  }

  /** These are not published until they are freed. */
  async hold(changes: readonly ListingChange[]): Promise<void> {
    if (changes.length === 0) return;
    const at = new Date();
    const due = new Date(at.getTime() + RETRY_AFTER_MS.heldListing);
    await this.collection.bulkWrite(
      changes.map(({ listing, to }) => ({
        updateOne: {
          // One that was published concurrently has nothing to hold.
          filter: { _id: listing._id, 'push.since': { $exists: true } },
          update: {
            $set: {
              held: {
                from: listing.last?.quantity ?? 0,
                to,
                wanted: listing.push.requested,
                at,
                since: listing.held?.since ?? at,
              },
              'push.due': due,
              'push.error': HELD_LISTING,
            },
          },
        },
      })),
      { ordered: false },
    );
  }

  /** These are published as usual. */
  async free(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.collection.updateMany({ _id: { $in: [...ids] } }, { $unset: { held: '', 'push.error': '' } });
  }

  /** They went through, and count from now on. */
  async recordLargeChanges(changes: readonly { id: string; from: number }[]): Promise<void> {
    if (changes.length === 0) return;
    const at = new Date();
    await this.collection.bulkWrite(
      changes.map(({ id, from }) => ({
        updateOne: { filter: { _id: id }, update: { $set: { largeChange: { at, from } } } },
      })),
      { ordered: false },
    );
  }

  /** Their large changes were undone. */
  async forgetLargeChanges(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.collection.updateMany({ _id: { $in: [...ids] } }, { $unset: { largeChange: '' } });
  }

  /** Everything that is held is published once, whatever its number is then. Returns how many. */
  async approve(connection: string): Promise<number> {
    const { $inc, $min } = requestAgain('push');
    const update = { $inc, $min, $set: { approved: true }, $unset: { held: '', 'push.error': '' } };
    const result = await this.collection.updateMany(
      { connection, 'held.at': { $exists: true } },
      update as unknown as mongo.UpdateFilter<Listing>,
    );
    return result.matchedCount;
  }
}
