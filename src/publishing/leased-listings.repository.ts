import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { heldBy, LeaseField } from '../common/mongo/lease-field.js';
import { Marks, MAX_ATTEMPTS, requestAgain } from '../common/mongo/mark.js';
import { native } from '../common/mongo/native.js';
import { againAt, freeAt } from '../listings/listing-updates.js';
import { Listing, type PublishedState } from '../listings/listing.schema.js';

/** The leases under which pushes hold listings: one push at a time publishes a listing. The owner of a lease is the id of the push. */
@Injectable()
export class LeasedListings {
  readonly push: Marks<Listing>;
  private readonly collection: mongo.Collection<Listing>;
  private readonly leases: LeaseField<Listing>;

  constructor(@InjectModel(Listing.name) model: Model<Listing>) {
    this.collection = native(model);
    this.leases = new LeaseField(this.collection);
    this.push = new Marks(model, 'push');
  }

  /** Listings that wait to be published and that no push holds, the longest waiting first. */
  async waiting(connection: string, limit: number): Promise<Listing[]> {
    const now = new Date();
    return this.collection
      .find({ connection, 'push.since': { $lte: now }, ...freeAt(now) } as mongo.Filter<Listing>, {
        sort: { 'push.since': 1 },
        limit,
      })
      .toArray();
  }

  /** Leases those of these that are still free. */
  claimThese(ids: readonly string[], owner: string, until: Date): Promise<Listing[]> {
    const now = new Date();
    return this.take(ids, owner, until, { 'push.since': { $lte: now }, ...freeAt(now) });
  }

  /**
   * Leases up to `limit` listings that wait to be published. Listings with a sale come first, so that no sale waits behind a full scan; then the
   * longest waiting.
   */
  async claim(connection: string, owner: string, until: Date, limit: number): Promise<Listing[]> {
    const now = new Date();
    const waits = { 'push.since': { $lte: now }, ...freeAt(now) };
    const due = { connection, ...waits };
    const sold = await this.longestWaiting({ ...due, 'causes.orderId': { $exists: true } }, limit);
    const others =
      sold.length < limit ? await this.longestWaiting({ ...due, _id: { $nin: sold } }, limit - sold.length) : [];
    // Only those that still wait: a lease sets the due time of the mark, and on a closed mark the sweeper would never stop.
    return this.take([...sold, ...others], owner, until, waits);
  }

  /** If the process dies before the call, the sweeper wakes the work again when the lease ends. */
  private take(ids: readonly string[], owner: string, until: Date, filter: object): Promise<Listing[]> {
    return this.leases.claim(ids, owner, until, { filter, also: { 'push.due': until } });
  }

  private async longestWaiting(filter: object, limit: number): Promise<string[]> {
    const options = { projection: { _id: 1 }, sort: { 'push.since': 1 }, limit } as const;
    const found = await this.collection.find(filter as mongo.Filter<Listing>, options).toArray();
    return found.map(({ _id }) => _id);
  }

  /**
   * Before the call: until the answer is recorded the published number is unknown, and no other push takes these listings before `until`. False:
   * another push has taken some, as this one was slow; none may be sent.
   */
  async markSending(owner: string, ids: readonly string[], until: Date): Promise<boolean> {
    const { matchedCount } = await this.collection.updateMany(
      { _id: { $in: [...ids] }, ...heldBy(owner) },
      { $unset: { published: '' }, $set: { 'lease.until': until } },
    );
    return matchedCount === ids.length;
  }

  /**
   * Records the numbers that the owner sent. `noted`: the mark before the number was read; `marked`: the mark that the push itself opened since.
   * A listing that changed concurrently stays unknown; one whose lease was lost is published again. `byHand`: a person set it to 0, so the
   * number is no base for the brake.
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
          filter: { _id: one.id, ...heldBy(owner), 'push.requested': one.marked ?? one.noted },
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
        return { updateOne: { filter: { _id: id, ...heldBy(owner) }, update: update } };
      }),
      { ordered: false },
    );
    if (held.matchedCount < published.length) await this.markOvertaken(owner, ids);
    await this.push.settleAll(published.map(({ id, noted }) => ({ id, noted })));
  }

  /** Another push has taken these, and this one may have put an older number over its: they are published again. */
  async markOvertaken(owner: string, ids: readonly string[]): Promise<void> {
    await this.collection.updateMany({ _id: { $in: [...ids] }, 'lease.owner': { $ne: owner } }, {
      ...requestAgain('push'),
      $unset: { published: '' },
    } as unknown as mongo.UpdateFilter<Listing>);
  }

  /** These need no push: closes their marks, and releases them. */
  async settleUnchanged(owner: string, ids: readonly { id: string; noted: number }[]): Promise<void> {
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
   * The channel accepted a push, but for `rejected` (reason by SKU): those are published again after a while, or with their next change. Ends
   * the leases. Gives back the rejected SKUs that the channel does not have any more, which are not tried again.
   */
  async recordOutcome(owner: string, rejected: ReadonlyMap<string, string>): Promise<ReadonlySet<string>> {
    const held = heldBy(owner);
    const taken = { ...held, sku: { $nin: [...rejected.keys()] } };
    await this.collection.updateMany(
      { ...taken, published: { $exists: true } },
      { $set: { 'published.state': 'accepted' as const } },
    );
    const gone = rejected.size > 0 ? await this.recordRejected(owner, rejected) : [];
    await this.collection.updateMany(taken, { $unset: { lease: '', refusals: '' } });
    await this.collection.updateMany(held, { $unset: { lease: '' } });
    return new Set(gone);
  }

  private async recordRejected(owner: string, rejected: ReadonlyMap<string, string>): Promise<string[]> {
    const refused = { ...heldBy(owner), sku: { $in: [...rejected.keys()] } };
    const found = await this.collection.find(refused, { projection: { sku: 1, refusals: 1, unlistedAt: 1 } }).toArray();
    if (found.length === 0) return [];
    const gone = found.filter(({ unlistedAt }) => unlistedAt !== undefined);
    await this.forgetRefusals(gone.map(({ _id }) => _id));
    const still = found.filter(({ unlistedAt }) => unlistedAt === undefined);
    if (still.length === 0) return gone.map(({ sku }) => sku);
    await this.collection.bulkWrite(
      still.flatMap(({ _id, sku, refusals = 0 }) => {
        const error = rejected.get(sku) ?? '';
        const again = refusals + 1 < MAX_ATTEMPTS ? againAt(_id, refusals, error) : [];
        const note = {
          filter: { _id, ...heldBy(owner) },
          update: { $set: { error, refusals: refusals + 1 }, $unset: { published: '' as const } },
        };
        return [{ updateOne: note }, ...again];
      }),
      { ordered: false },
    );
    return gone.map(({ sku }) => sku);
  }

  /** The channel does not have these any more: a refusal of their number is not tried again. */
  async forgetRefusals(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const waiting = { _id: { $in: [...ids] }, 'push.since': { $gt: new Date() } } as mongo.Filter<Listing>;
    const found = await this.collection.find(waiting, { projection: { push: 1 } }).toArray();
    await this.push.settleAll(found.map(({ _id, push }) => ({ id: _id, noted: push.requested })));
    const refused = { _id: { $in: [...ids] } };
    await this.collection.updateMany(refused, { $unset: { error: '', refusals: '', published: '' } });
  }

  /** Whether the channel took the numbers is unclear: all listings of the push are published again, by `due`, and not before `notBefore`. */
  async markUnclear(owner: string, due: Date, error: string, notBefore = due): Promise<void> {
    const again = requestAgain('push');
    await this.collection.updateMany(heldBy(owner), {
      $inc: again.$inc,
      $min: { 'push.since': new Date() },
      $set: { 'push.due': due, 'push.error': error, notBefore },
      $unset: { published: '', lease: '' },
    } as unknown as mongo.UpdateFilter<Listing>);
  }

  /** Ends the leases on these, or on everything that the owner holds. */
  release(owner: string, ids?: readonly string[]): Promise<void> {
    return this.leases.release(owner, ids);
  }

  /** In shadow: records what would be published. */
  async recordPreview(
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
    await this.settleUnchanged(owner, previews);
  }

  /** Publishes these once more after a time. */
  async reschedule(ids: readonly string[], afterMs: number): Promise<void> {
    const now = new Date();
    const again = requestAgain('push', now);
    const notBefore = new Date(now.getTime() + afterMs);
    await this.collection.updateMany({ _id: { $in: [...ids] } }, { ...again, $max: { notBefore } });
  }
}
