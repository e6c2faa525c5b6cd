import { type mongo } from 'mongoose';
import { Batcher } from '../batcher.js';
import { throughConflicts } from './native.js';

const GROUP = { maxItems: 200, waitMs: 2 };

/** A change of one document under a condition. */
export interface ConditionalWrite {
  readonly _id: string;
  readonly condition: object;
  readonly update: { readonly $set?: object } & Readonly<Record<string, object>>;
  /** Names this write alone. */
  readonly token: string;
}

/**
 * Conditional changes of single documents: those that come within a few milliseconds share one command. A group write says how many of its
 * conditions held, not which, so each change also stores its token. Where some lost, the documents are read back, and only those with
 * their token count as changed. So a change that another writer has overwritten at once may count as lost: its caller reads the document
 * again, and finds it there.
 */
export class ConditionalWrites<Doc extends { _id: string }> {
  private readonly group = new Batcher<ConditionalWrite, boolean>((writes) => this.writeGroup(writes), GROUP);

  /** @param tokenField where the token is stored */
  constructor(
    private readonly collection: mongo.Collection<Doc>,
    private readonly tokenField: string,
  ) {}

  /** Whether the condition held, and the change was stored. */
  write(write: ConditionalWrite): Promise<boolean> {
    return this.group.add(write);
  }

  private async writeGroup(writes: readonly ConditionalWrite[]): Promise<boolean[]> {
    const operations = writes.map(({ _id, condition, update, token }) => ({
      updateOne: {
        filter: { _id, ...condition } as mongo.Filter<Doc>,
        update: { ...update, $set: { ...update.$set, [this.tokenField]: token } } as unknown as mongo.UpdateFilter<Doc>,
      },
    }));
    let tries = 0;
    const { matchedCount } = await throughConflicts(() => {
      tries += 1;
      return this.collection.bulkWrite(operations, { ordered: false });
    });
    // What an earlier try has stored no longer meets its condition.
    if (matchedCount === writes.length && tries === 1) return writes.map(() => true);
    const stored = await this.collection
      .find({ _id: { $in: writes.map(({ _id }) => _id) } } as unknown as mongo.Filter<Doc>, {
        projection: { [this.tokenField]: 1 },
      })
      .toArray();
    const tokens = new Map(stored.map((doc) => [doc._id, valueAt(doc, this.tokenField)]));
    return writes.map(({ _id, token }) => tokens.get(_id as never) === token);
  }
}

function valueAt(doc: object, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], doc);
}
