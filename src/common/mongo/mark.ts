import { type Model, type mongo } from 'mongoose';
import { Batcher } from '../batcher.js';
import { groupBy } from '../collections.js';
import { leaseTimes } from '../lease-times.js';
import { native, throughConflicts } from './native.js';

/**
 * A mark is work to be done, stored on the document that it concerns. It counts versions: each change adds
 * one to `requested`, and the mark is open while `requested` is ahead of `processed`. A worker notes
 * `requested` before it reads the world, and sets `processed` to that number, so that a change during its
 * work keeps the mark open. A Bull job only wakes a worker: if it is lost, the sweeper finds the mark by
 * `due`. The property that holds marks declares with `@SweptMarks` which queue serves them.
 */
export interface Mark {
  requested: number;
  processed: number;
  /** The time of the oldest change that is not processed; absent when the mark is closed. */
  since?: Date;
  /** When the sweeper wakes the work; absent when the mark is closed or dead. */
  due?: Date;
  /** Failed attempts that count against the limit. */
  attempts?: number;
  error?: string;
  /** No attempts are left. The sweeper skips it until a change or a person opens it again, which sets `due`. */
  dead?: boolean;
}

/** Attempts before an item is dead. With the waits between them they take most of a day. */
export const MAX_ATTEMPTS = 12;

export const markFields = {
  requested: { type: Number, required: true },
  processed: { type: Number, required: true },
  since: Date,
  due: Date,
  attempts: Number,
  error: String,
  dead: Boolean,
} as const;

/**
 * Options of the index that the sweeper reads: it holds open marks only. A sparse index would, too, but on
 * DocumentDB it costs every write of every document. Queries must require that `due` exists.
 */
export function whereOpen(field: string) {
  return { partialFilterExpression: { [`${field}.due`]: { $exists: true } } };
}

export function openMark(wanted = 1, now = new Date()): Mark {
  return {
    requested: wanted,
    processed: 0,
    since: now,
    due: new Date(now.getTime() + leaseTimes.visibilityTimeoutMs()),
  };
}

/** A closed mark for a new document. */
export function idleMark(): Mark {
  return { requested: 0, processed: 0 };
}

export function isOpen(mark: Mark | undefined): boolean {
  return mark !== undefined && mark.requested > mark.processed;
}

/** The part of an update that opens the mark once more. `delayMs` postpones the sweeper by that much. */
export function requestAgain(
  field: string,
  now = new Date(),
  delayMs = 0,
): { $inc: Record<string, number>; $min: Record<string, Date> } {
  return {
    $inc: { [`${field}.requested`]: 1 },
    $min: {
      [`${field}.since`]: now,
      [`${field}.due`]: new Date(now.getTime() + leaseTimes.visibilityTimeoutMs() + delayMs),
    },
  };
}

/** The part of an update that closes a mark: what it unsets. */
export function closing(field: string): Record<string, ''> {
  return Object.fromEntries(['since', 'due', 'attempts', 'error', 'dead'].map((name) => [`${field}.${name}`, '']));
}

/** The marks of one field of one collection. */
export class Marks<Doc extends { _id: string }> {
  private readonly collection: mongo.Collection<Doc>;
  private readonly settling = new Batcher<{ id: string; noted: number }, void>(
    async (served) => {
      await this.settleAll(served);
      return served.map(() => undefined);
    },
    { maxItems: 200, waitMs: 2 },
  );

  constructor(
    private readonly model: Model<Doc>,
    readonly field: string,
  ) {
    this.collection = native(model);
  }

  get collectionName(): string {
    return this.collection.collectionName;
  }

  /** Marks everything up to `noted` as processed. A later change keeps the mark open. */
  settle(id: string, noted: number): Promise<void> {
    return this.settling.add({ id, noted });
  }

  async settleAll(served: readonly { id: string; noted: number }[]): Promise<void> {
    if (served.length === 0) return;
    if ((await this.closeWhereUnchanged(served)) === new Set(served.map(({ id }) => id)).size) return;
    const f = this.field;
    const now = new Date();
    await this.collection.bulkWrite(
      served.map(({ id, noted }) => ({
        updateOne: {
          filter: {
            _id: id,
            [`${f}.requested`]: { $gt: noted },
            [`${f}.since`]: { $exists: true },
          } as unknown as mongo.Filter<Doc>,
          // What is left to process was requested after that was noted.
          update: { $max: { [`${f}.processed`]: noted, [`${f}.since`]: now } } as unknown as mongo.UpdateFilter<Doc>,
        },
      })),
      { ordered: false },
    );
  }

  /** Gives back how many were closed. Most have the same version, and one statement for all of them costs little more than one of a single one. */
  private async closeWhereUnchanged(served: readonly { id: string; noted: number }[]): Promise<number> {
    const f = this.field;
    const sameVersion = [...groupBy(served, ({ noted }) => noted)];
    const closed = await Promise.all(
      sameVersion.map(([noted, group]) => {
        const unchanged = { _id: { $in: group.map(({ id }) => id) }, [`${f}.requested`]: noted };
        const update = { $set: { [`${f}.processed`]: noted }, $unset: closing(f) };
        return throughConflicts(() =>
          this.collection.updateMany(
            unchanged as unknown as mongo.Filter<Doc>,
            update as unknown as mongo.UpdateFilter<Doc>,
          ),
        );
      }),
    );
    return closed.reduce((sum, { matchedCount }) => sum + matchedCount, 0);
  }

  /**
   * Postpones the work until `due`. `blamed` counts it as an attempt; after the last one the mark is dead.
   * False: not postponed, because something changed since `noted` or the mark was closed.
   */
  async postpone(id: string, noted: number, due: Date, error: string, blamed = false): Promise<boolean> {
    const f = this.field;
    const open = { _id: id, [`${f}.requested`]: noted, [`${f}.since`]: { $exists: true } };
    const result = await this.collection.updateOne(
      open as unknown as mongo.Filter<Doc>,
      {
        $set: { [`${f}.due`]: due, [`${f}.error`]: error },
        ...(blamed ? { $inc: { [`${f}.attempts`]: 1 } } : {}),
      } as unknown as mongo.UpdateFilter<Doc>,
    );
    if (blamed && result.matchedCount === 1) await this.deadLetter(open);
    return result.matchedCount === 1;
  }

  /** Moves to the dead letters after the last allowed attempt. */
  private async deadLetter(open: Record<string, unknown>): Promise<void> {
    const f = this.field;
    await this.collection.updateOne(
      { ...open, [`${f}.attempts`]: { $gte: MAX_ATTEMPTS } } as unknown as mongo.Filter<Doc>,
      { $set: { [`${f}.dead`]: true }, $unset: { [`${f}.due`]: '' } } as unknown as mongo.UpdateFilter<Doc>,
    );
  }

  /** Makes marks due that were postponed for this reason. */
  async wake(error: string): Promise<void> {
    const f = this.field;
    await this.collection.updateMany(
      { [`${f}.due`]: { $exists: true }, [`${f}.error`]: error } as unknown as mongo.Filter<Doc>,
      { $set: { [`${f}.due`]: new Date() } } as unknown as mongo.UpdateFilter<Doc>,
    );
  }

  /**
   * Ids of the overdue marks, oldest first. Each is postponed by `againMs`, so that the next round does
   * not find it at once.
   */
  async takeOverdue(limit: number, againMs: number, now = new Date()): Promise<string[]> {
    const due = `${this.field}.due`;
    const found = await this.collection
      .find({ [due]: { $exists: true, $lte: now } } as mongo.Filter<Doc>, {
        projection: { _id: 1 },
        sort: { [due]: 1 },
        limit,
      })
      .toArray();
    const ids = found.map((doc) => doc._id as unknown as string);
    if (ids.length > 0) {
      const overdue = { _id: { $in: ids }, [due]: { $lte: now } } as unknown as mongo.Filter<Doc>;
      const later = { $set: { [due]: new Date(now.getTime() + againMs) }, $unset: { [`${this.field}.dead`]: '' } };
      await throughConflicts(() => this.collection.updateMany(overdue, later as unknown as mongo.UpdateFilter<Doc>));
    }
    return ids;
  }

  /** Whether an open mark that was not postponed dates from within this span. */
  async waitsSince(from: Date, to: Date): Promise<boolean> {
    const f = this.field;
    const waiting = {
      [`${f}.due`]: { $exists: true },
      [`${f}.error`]: { $exists: false },
      [`${f}.since`]: { $gte: from, $lt: to },
    };
    return (
      (await this.collection.findOne(waiting as unknown as mongo.Filter<Doc>, { projection: { _id: 1 } })) !== null
    );
  }

  /** The time of the oldest open mark that was not postponed; null when there is none. */
  async oldestWaiting(): Promise<Date | null> {
    const f = this.field;
    const found = await this.model
      .findOne({ [`${f}.due`]: { $exists: true }, [`${f}.error`]: { $exists: false } } as object, { [f]: 1 })
      .sort({ [`${f}.since`]: 1 })
      .lean<Record<string, Mark>>();
    return found?.[f]?.since ?? null;
  }
}
