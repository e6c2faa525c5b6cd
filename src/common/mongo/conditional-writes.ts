import { type mongo } from 'mongoose';
import { Batcher } from '../batcher.js';
import { timeOrderedId } from '../ids.js';
import { isOutage } from './database-away.js';
import { throughConflicts } from './native.js';

const GROUP = { maxItems: 200, waitMs: 2 };
/** Tokens that a document keeps: as many changes may follow one before it is looked for. */
const KEPT_TOKENS = 8;

/** A change of one document under a condition. */
export interface ConditionalWrite {
  readonly _id: string;
  readonly condition: object;
  readonly update: Readonly<Record<string, object>>;
}

interface Attempt extends ConditionalWrite {
  /** Names this change alone. */
  readonly token: string;
}

/**
 * Conditional changes of single documents: those that come within a few milliseconds share one command. A group write says how many of its
 * conditions held, not which, so each change also stores a token of its own. Where some lost, the documents are read back, and only those with
 * their token have changed.
 */
export class ConditionalWrites<Doc extends { _id: string; writers?: string[] }> {
  private readonly group = new Batcher<Attempt, boolean>((attempts) => this.writeGroup(attempts), GROUP);

  constructor(private readonly collection: mongo.Collection<Doc>) {}

  /** Whether the condition held, and the change was stored. */
  write(write: ConditionalWrite): Promise<boolean> {
    return this.group.add({ ...write, token: timeOrderedId() });
  }

  /** Of a group that fails as a whole each change is tried alone, so that only the one at fault fails. */
  private async writeGroup(attempts: readonly Attempt[]): Promise<(boolean | Error)[]> {
    try {
      return await this.writeAll(attempts);
    } catch (error) {
      if (attempts.length === 1 || isOutage(error)) throw error;
    }
    const results: (boolean | Error)[] = [];
    for (const attempt of attempts)
      results.push(
        await this.writeAll([attempt]).then(
          ([isStored = false]) => isStored,
          (error: unknown) => error as Error,
        ),
      );
    return results;
  }

  private async writeAll(attempts: readonly Attempt[]): Promise<boolean[]> {
    const operations = attempts.map(({ _id, condition, update, token }) => ({
      updateOne: {
        filter: { _id, ...condition } as mongo.Filter<Doc>,
        update: {
          ...update,
          $push: { writers: { $each: [token], $slice: -KEPT_TOKENS } },
        } as unknown as mongo.UpdateFilter<Doc>,
      },
    }));
    let tries = 0;
    const { matchedCount } = await throughConflicts(() => {
      tries += 1;
      return this.collection.bulkWrite(operations, { ordered: false });
    });
    // What an earlier try has stored no longer meets its condition.
    if (matchedCount === attempts.length && tries === 1) return attempts.map(() => true);
    const these = { _id: { $in: attempts.map(({ _id }) => _id) } } as unknown as mongo.Filter<Doc>;
    const stored = await this.collection.find(these, { projection: { writers: 1 } }).toArray();
    const tokens = new Set(stored.flatMap(({ writers = [] }) => writers));
    return attempts.map(({ token }) => tokens.has(token));
  }
}
