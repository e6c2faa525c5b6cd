import { type mongo } from 'mongoose';
import { type Lease } from '../lease.js';
import { leaseTimes } from '../lease-times.js';

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
  constructor(
    private readonly collection: mongo.Collection<Doc>,
    private readonly field = 'lease',
  ) {}

  /** The lease of one document. Its owner may claim it again, which renews it. */
  of(_id: string): Lease {
    const { collection, field } = this;
    return {
      claim: async (owner, until) => {
        const claimable = { _id, $or: [isFree(new Date(), field), heldBy(owner, field)] };
        return (await collection.updateOne(filterOf<Doc>(claimable), this.set(owner, until))).matchedCount === 1;
      },
      release: async (owner) => {
        await collection.updateOne(filterOf<Doc>({ _id, ...heldBy(owner, field) }), this.unset());
      },
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
