import { type mongo } from 'mongoose';
import { Batcher } from '../batcher.js';
import { distinct, groupBy } from '../collections.js';
import { timeOrderedId } from '../ids.js';
import { type Lease } from '../lease.js';
import { leaseTimes } from '../lease-times.js';
import { throughConflicts } from './native.js';

/** Names this process among all that use the same database. */
const PROCESS_NAME = `p${timeOrderedId()}`;
const GROUP = { maxItems: 200, waitMs: 2 };

/** Finds the documents that an owner works on. */
export function heldBy(owner: string, field = 'lease') {
  return { [`${field}.owner`]: owner };
}

/** Finds the documents that no owner works on. */
export function isFree(now = new Date(), field = 'lease') {
  return { [`${field}.until`]: { $not: { $gt: now, $lte: new Date(now.getTime() + leaseTimes.longestMs()) } } };
}

/** Leases in one field of the documents of a collection: who works on each, and until when. */
export class LeaseField<Doc extends { _id: string }> {
  private readonly claims = new Batcher<{ _id: string; until: Date }, string | null>(
    (wanted) => this.claimGroup(wanted),
    GROUP,
  );
  private readonly releases = new Batcher<{ _id: string; owner: string }, void>(
    (held) => this.releaseGroup(held),
    GROUP,
  );

  constructor(
    private readonly collection: mongo.Collection<Doc>,
    private readonly field = 'lease',
  ) {}

  /** The lease of one document. */
  of(_id: string): Lease {
    const { field } = this;
    return {
      claim: (until) => this.claims.add({ _id, until }),
      renew: async (owner, until) => {
        const claimable = { _id, $or: [isFree(new Date(), field), heldBy(owner, field)] };
        return (await this.collection.updateOne(filterOf<Doc>(claimable), this.set(owner, until))).matchedCount === 1;
      },
      release: (owner) => this.releases.add({ _id, owner }),
    };
  }

  /** Takes those of these documents that are free and match `filter`, and sets `also`. Gives back everything that the owner holds now. */
  async claim(
    ids: readonly string[],
    owner: string,
    until: Date,
    { filter = {}, also = {} }: { readonly filter?: object; readonly also?: object } = {},
  ): Promise<mongo.WithId<Doc>[]> {
    if (ids.length === 0) return [];
    const claimable = { _id: { $in: [...ids] }, ...filter, ...isFree(new Date(), this.field) };
    await this.collection.updateMany(filterOf<Doc>(claimable), this.set(owner, until, also));
    return this.collection.find(filterOf<Doc>(heldBy(owner, this.field))).toArray();
  }

  /** Gives these back, or everything that the owner holds. */
  async release(owner: string, ids?: readonly string[]): Promise<void> {
    const held = { ...heldBy(owner, this.field), ...(ids ? { _id: { $in: [...ids] } } : {}) };
    await this.collection.updateMany(filterOf<Doc>(held), this.unset());
  }

  /** Claims that come together get one owner. Of two claims of the same document the first may win. */
  private async claimGroup(wanted: readonly { _id: string; until: Date }[]): Promise<(string | null)[]> {
    const owner = `${PROCESS_NAME}/${timeOrderedId()}`;
    const ids = distinct(wanted.map(({ _id }) => _id));
    const until = new Date(Math.max(...wanted.map((one) => one.until.getTime())));
    const held = new Set(await this.take(ids, owner, until));
    return wanted.map(({ _id }) => (held.delete(_id) ? owner : null));
  }

  private async take(ids: readonly string[], owner: string, until: Date): Promise<readonly string[]> {
    let tries = 0;
    const { matchedCount } = await throughConflicts(() => {
      tries += 1;
      const claimable = { _id: { $in: [...ids] }, ...isFree(new Date(), this.field) };
      return this.collection.updateMany(filterOf<Doc>(claimable), this.set(owner, until));
    });
    // What an earlier try has taken is no longer free.
    if (matchedCount === ids.length && tries === 1) return ids;
    const mine = { _id: { $in: [...ids] }, ...heldBy(owner, this.field) };
    const found = await this.collection.find(filterOf<Doc>(mine), { projection: { _id: 1 } }).toArray();
    return found.map((doc) => doc._id as unknown as string);
  }

  private async releaseGroup(held: readonly { _id: string; owner: string }[]): Promise<void[]> {
    const byOwner = groupBy(held, ({ owner }) => owner);
    await Promise.all(
      [...byOwner].map(([owner, group]) =>
        throughConflicts(() =>
          this.release(
            owner,
            group.map(({ _id }) => _id),
          ),
        ),
      ),
    );
    return held.map(() => undefined);
  }

  private set(owner: string, until: Date, also: object = {}): mongo.UpdateFilter<Doc> {
    return { $set: { ...also, [this.field]: { owner, until } } } as unknown as mongo.UpdateFilter<Doc>;
  }

  private unset(): mongo.UpdateFilter<Doc> {
    return { $unset: { [this.field]: '' } } as unknown as mongo.UpdateFilter<Doc>;
  }
}

function filterOf<Doc>(filter: object): mongo.Filter<Doc> {
  return filter;
}
