import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { Marks, MAX_ATTEMPTS, requestAgain } from '../common/mongo/mark.js';
import { SweptMarks } from '../common/mongo/mark-sources.js';
import { native, throughConflicts } from '../common/mongo/native.js';
import { type ChannelListing } from '../connectors/contract.js';
import { blankListing, listingId, noteCatalogue } from './note-catalogue.js';
import { noteWholeCatalogue } from './note-whole-catalogue.js';
import { Listing, type ListingPart, type PushCause, type PublishedState } from './listing.schema.js';
import { againAt, connectionsOf, decisionUpdate, freeAt, type ListingDecision } from './listing-updates.js';

const KEPT_CAUSES = 20;
const MARKED_AT_ONCE = 200;

/** A change of a SKU to publish. `soldAt`: the channel that lowered its own number, which is unknown now. */
export interface ListingChange {
  readonly sku: string;
  readonly soldAt?: string;
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

  /** Records a channel's catalogue. Takes over its number only where none is known. Gives back the new SKUs. */
  async noteCatalogue(connection: string, items: readonly ChannelListing[]): Promise<string[]> {
    return noteCatalogue(this.collection, connection, items);
  }

  /** A sale proves that a channel sells a SKU, whatever its catalogue says. */
  async ensure(connection: string, skus: readonly string[]): Promise<void> {
    const fresh = skus.filter((sku) => !this.known.has(listingId(connection, sku)));
    if (fresh.length === 0) return;
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
    for (const sku of fresh) this.known.add(listingId(connection, sku));
  }

  /** Marks every listing of the changed SKUs. Gives back the connections with work. */
  async requestPublish(changes: readonly ListingChange[]): Promise<string[]> {
    const skus = changes.map((change) => change.sku);
    const listings = await this.collection
      .find({ skus: { $in: skus } }, { projection: { skus: 1, connection: 1 } })
      .toArray();
    if (listings.length === 0) return [];
    const now = new Date();
    // Ordered by id, so that concurrent processes cannot block each other. Opening a mark twice is
    // harmless.
    const inTurn = listings.sort((x, y) => (x._id < y._id ? -1 : 1));
    const write = () =>
      this.collection.bulkWrite(
        inTurn.map((listing) => {
          const ofSku = changes.filter((change) => listing.skus.includes(change.sku));
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

  /** The channel's number is unknown; it is published again. */
  async markUnknown(connection: string, sku: string, cause: PushCause): Promise<void> {
    await this.requestPublish([{ sku, soldAt: connection, cause }]);
  }

  /** Listings of a connection that wait to be published and have no lease, the longest waiting first. */
  async waiting(connection: string, limit: number): Promise<Listing[]> {
    const now = new Date();
    return this.collection
      .find({ connection, 'push.since': { $lte: now }, ...freeAt(now) } as mongo.Filter<Listing>, {
        sort: { 'push.since': 1 },
        limit,
      })
      .toArray();
  }

  /** Claims these for one push, as far as they are still free. */
  async claimThese(ids: readonly string[], owner: string, until: Date): Promise<Listing[]> {
    if (ids.length === 0) return [];
    const now = new Date();
    await this.collection.updateMany(
      { _id: { $in: [...ids] }, 'push.since': { $lte: now }, ...freeAt(now) },
      { $set: { lease: { owner, until } } },
    );
    return this.collection.find({ 'lease.owner': owner }).toArray();
  }

  /**
   * Claims up to `limit` waiting listings of a connection for one push: those with a sale first, so that
   * no sale waits behind a scan, then the longest waiting.
   */
  async claim(connection: string, owner: string, until: Date, limit: number): Promise<Listing[]> {
    const now = new Date();
    const free = freeAt(now);
    const due = { connection, 'push.since': { $lte: now }, ...free };
    const sold = await this.longestWaiting({ ...due, 'causes.orderId': { $exists: true } }, limit);
    const others =
      sold.length < limit ? await this.longestWaiting({ ...due, _id: { $nin: sold } }, limit - sold.length) : [];
    const candidates = [...sold, ...others];
    if (candidates.length === 0) return [];
    await this.collection.updateMany(
      { _id: { $in: candidates }, ...free },
      {
        $set: { lease: { owner, until } },
      },
    );
    return this.collection.find({ 'lease.owner': owner }).toArray();
  }

  private async longestWaiting(filter: object, limit: number): Promise<string[]> {
    const options = { projection: { _id: 1 }, sort: { 'push.since': 1 }, limit } as const;
    const found = await this.collection.find(filter as mongo.Filter<Listing>, options).toArray();
    return found.map(({ _id }) => _id);
  }

  /** Marks a push as sent: until its result is stored, the number is unknown, and no push starts before `until`. */
  async markSending(owner: string, ids: readonly string[], until: Date): Promise<void> {
    await this.collection.updateMany(
      { _id: { $in: [...ids] }, 'lease.owner': owner },
      { $unset: { published: '' }, $set: { 'lease.until': until } },
    );
  }

  /**
   * Stores the numbers that the holder of the lease sent. `noted`: the mark before the number was read;
   * `marked`: the mark after the sender opened it once more. After another change in between, the number
   * stays unknown. A listing whose lease was lost is published again. `byHand`: a person wanted 0, so the
   * number does not replace the last real one.
   */
  async markSent(
    owner: string,
    published: readonly { id: string; noted: number; marked?: number; byHand?: boolean; published: PublishedState }[],
  ): Promise<void> {
    if (published.length === 0) return;
    const ids = published.map((one) => one.id);
    await this.collection.bulkWrite(
      published.map((one) => ({
        updateOne: {
          filter: { _id: one.id, 'lease.owner': owner, 'push.requested': one.marked ?? one.noted },
          update: { $set: { published: one.published, causes: [] } },
        },
      })),
      { ordered: false },
    );
    const held = await this.collection.bulkWrite(
      published.map(({ id, byHand, published: { quantity, at } }) => {
        const $unset = { error: '' as const, approved: '' as const };
        const update = byHand
          ? { $unset: { ...$unset, 'last.seen': '' as const } }
          : { $unset, $set: { last: { quantity, at } } };
        return { updateOne: { filter: { _id: id, 'lease.owner': owner }, update: update } };
      }),
      { ordered: false },
    );
    if (held.matchedCount < published.length) {
      await this.collection.updateMany({ _id: { $in: ids }, 'lease.owner': { $ne: owner } }, requestAgain('push'));
    }
    await this.push.settleAll(published.map(({ id, noted }) => ({ id, noted })));
  }

  /** A claimed listing already shows the right number. */
  async noteUnchanged(owner: string, ids: readonly { id: string; noted: number }[]): Promise<void> {
    if (ids.length === 0) return;
    await this.collection.bulkWrite(
      ids.map(({ id, noted }) => ({
        updateOne: {
          filter: { _id: id, 'push.requested': noted },
          update: { $set: { causes: [] }, $unset: { approved: '' } },
        },
      })),
      { ordered: false },
    );
    await this.push.settleAll(ids);
    await this.release(
      owner,
      ids.map(({ id }) => id),
    );
  }

  /**
   * The channel accepted the numbers of a push. Refused ones keep the reason, and are published again
   * after a while or with their next change. Ends the lease.
   */
  async noteOutcome(owner: string, rejected: ReadonlyMap<string, string>): Promise<void> {
    const held = { 'lease.owner': owner };
    const taken = { ...held, sku: { $nin: [...rejected.keys()] } };
    await this.collection.updateMany(
      { ...taken, published: { $exists: true } },
      { $set: { 'published.state': 'accepted' as const } },
    );
    if (rejected.size > 0) await this.noteRefused(owner, rejected);
    await this.collection.updateMany(taken, { $unset: { lease: '', refusals: '' } });
    await this.collection.updateMany(held, { $unset: { lease: '' } });
  }

  private async noteRefused(owner: string, rejected: ReadonlyMap<string, string>): Promise<void> {
    const refused = { 'lease.owner': owner, sku: { $in: [...rejected.keys()] } };
    const found = await this.collection.find(refused, { projection: { sku: 1, refusals: 1 } }).toArray();
    if (found.length === 0) return;
    await this.collection.bulkWrite(
      found.flatMap(({ _id, sku, refusals = 0 }) => {
        const error = rejected.get(sku) ?? '';
        const again = refusals + 1 < MAX_ATTEMPTS ? againAt(_id, refusals, error) : [];
        const note = {
          filter: { _id, 'lease.owner': owner },
          update: { $set: { error, refusals: refusals + 1 }, $unset: { published: '' as const } },
        };
        return [{ updateOne: note }, ...again];
      }),
      { ordered: false },
    );
  }

  /** It is unknown whether the numbers arrived: publishes them again by `due`, and not before `notBefore`. */
  async noteUnclear(owner: string, due: Date, error: string, notBefore = due): Promise<void> {
    const again = requestAgain('push');
    await this.collection.updateMany({ 'lease.owner': owner }, {
      $inc: again.$inc,
      $min: { 'push.since': new Date() },
      $set: { 'push.due': due, 'push.error': error, notBefore },
      $unset: { published: '', lease: '' },
    } as unknown as mongo.UpdateFilter<Listing>);
  }

  /** Ends the lease on these, or on everything that the owner holds. */
  async release(owner: string, ids?: readonly string[]): Promise<void> {
    await this.collection.updateMany(
      { 'lease.owner': owner, ...(ids ? { _id: { $in: [...ids] } } : {}) },
      {
        $unset: { lease: '' },
      },
    );
  }

  /** In shadow: stores the number that would be published. */
  async notePreview(
    owner: string,
    previews: readonly { id: string; noted: number; quantity: number; parts?: NonNullable<PublishedState['parts']> }[],
  ): Promise<void> {
    if (previews.length === 0) return;
    const at = new Date();
    await this.collection.bulkWrite(
      previews.map(({ id, quantity, parts = [] }) => ({
        updateOne: {
          filter: { _id: id },
          update: { $set: { preview: { quantity, ...(parts.length > 0 ? { parts: [...parts] } : {}), at } } },
        },
      })),
      { ordered: false },
    );
    await this.noteUnchanged(owner, previews);
  }

  /** Publishes all listings of a connection again: it begins to publish, or its mode changes. */
  async wantAll(connection: string): Promise<void> {
    const update = { ...requestAgain('push'), $unset: { preview: '' } } as unknown as mongo.UpdateFilter<Listing>;
    for (let after = ''; ;) {
      const ids = (await this.page(connection, after, MARKED_AT_ONCE)).map(({ _id }) => _id);
      // A few at a time, with retries: so many documents are rarely free of concurrent writes at once.
      if (ids.length > 0) await throughConflicts(() => this.collection.updateMany({ _id: { $in: ids } }, update));
      if (ids.length < MARKED_AT_ONCE) return;
      after = ids.at(-1) ?? '';
    }
  }

  /** The mapped parts of each, in the same order; null where there is no mapping. */
  async parts(wanted: readonly { connection: string; sku: string }[]): Promise<(readonly ListingPart[] | null)[]> {
    const ids = wanted.map(({ connection, sku }) => listingId(connection, sku));
    const found = await this.collection
      .find({ _id: { $in: [...new Set(ids)] }, parts: { $exists: true } }, { projection: { parts: 1 } })
      .toArray();
    const byId = new Map(found.map((listing) => [listing._id, listing.parts ?? null]));
    return ids.map((id) => byId.get(id) ?? null);
  }

  /** These were sent a provisional number: they are reviewed after a moment. */
  async reschedule(ids: readonly string[], afterMs: number): Promise<void> {
    const now = new Date();
    const again = requestAgain('push', now);
    const notBefore = new Date(now.getTime() + afterMs);
    await this.collection.updateMany({ _id: { $in: [...ids] } }, { ...again, $max: { notBefore } });
  }

  /** Publishes every listing of a SKU again, whatever was published before, and without waits. */
  async tellAnew(sku: string): Promise<{ connection: string; sku: string }[]> {
    const found = await this.collection.find({ skus: sku }, { projection: { connection: 1, sku: 1 } }).toArray();
    const again = requestAgain('push');
    const update = {
      ...again,
      $unset: { published: '', notBefore: '', 'push.error': '' },
    } as unknown as mongo.UpdateFilter<Listing>;
    await this.collection.updateMany({ _id: { $in: found.map((listing) => listing._id) } }, update);
    return found.map((listing) => ({ connection: listing.connection, sku: listing.sku }));
  }

  /** The SKUs of listings that contain these. */
  async soldAs(skus: readonly string[]): Promise<string[]> {
    const found = await this.collection
      .find({ skus: { $in: [...skus] }, parts: { $exists: true } }, { projection: { sku: 1 } })
      .toArray();
    return found.map((listing) => listing.sku);
  }

  /** A channel may have changed its own numbers of these: they are unknown and published again. */
  async noteSold(connection: string, skus: readonly string[]): Promise<void> {
    const ids = skus.map((sku) => listingId(connection, sku));
    const update = { ...requestAgain('push'), $unset: { published: '' } } as unknown as mongo.UpdateFilter<Listing>;
    await this.collection.updateMany({ _id: { $in: ids } }, update);
  }

  /** Stores a person's decision about an existing listing. `parts` null: one unit of its own SKU. */
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

  /** Closes the marks of a removed connection. Gives back their number. */
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

  /** Records duplicates and missing SKUs after reading a whole catalogue. @param seen the channel's own ids by SKU */
  noteWholeCatalogue(connection: string, seen: ReadonlyMap<string, ReadonlySet<string>>): Promise<void> {
    return noteWholeCatalogue(this.collection, connection, seen);
  }

  /** The time since which a connection's longest waiting listing waits; null: there is none. */
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
