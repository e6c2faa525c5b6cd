import { type Model, type mongo } from 'mongoose';
import { Batcher } from '../batcher.js';
import { leaseTimes } from '../lease-times.js';
import { native, throughConflicts } from './native.js';

/**
 * A mark is work still to be done, kept on the document that it concerns. It counts versions: each change adds one to `requested`,
 * and the mark is open while `requested` is ahead of `processed`. A worker notes `requested` before it reads the world, and sets
 * `processed` to that number, so that a change during its work keeps the mark open. A Bull job only wakes a worker up: when it is
 * lost, the sweeper finds the mark by `due`. The property that holds marks declares with `@SweptMarks` which queue serves them.
 */
export interface Mark {
  requested: number;
  processed: number;
  /** The time of the oldest change that is not processed; absent when the mark is closed. */
  since?: Date;
  /** When the sweeper wakes the work up; absent when the mark is closed or dead. */
  due?: Date;
  /** Failed attempts that count against the item. */
  attempts?: number;
  error?: string;
  /** No attempts are left: the sweeper skips it until a change or a person opens it again, which sets `due`. */
  dead?: boolean;
}

/** Attempts that an item may be blamed for: with the waits between them, most of a day. */
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
 * Options of the index that the sweeper reads: it holds open marks only. A sparse index does too, but DocumentDB pays for one with every
 * write of every document. Queries must ask that `due` exists.
 */
export function whereOpen(field: string) {
  return { partialFilterExpression: { [`${field}.due`]: { $exists: true } } };
}

/** An open mark for a new document. */
export function openMark(wanted = 1, now = new Date()): Mark {
  return {
    requested: wanted,
    processed: 0,
    since: now,
    due: new Date(now.getTime() + leaseTimes.visibilityTimeoutMs()),
  };
}

/** A mark with nothing to do, for a new document. */
export function idleMark(): Mark {
  return { requested: 0, processed: 0 };
}

export function isOpen(mark: Mark | undefined): boolean {
  return mark !== undefined && mark.requested > mark.processed;
}

/** The part of an update that opens the mark once more. `delayMs` leaves it to the queue for that much longer. */
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

/** Marks of one field of one collection. */
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

  /** Everything up to `noted` is served. A change that came later keeps the mark open. */
  settle(id: string, noted: number): Promise<void> {
    return this.settling.add({ id, noted });
  }

  async settleAll(served: readonly { id: string; noted: number }[]): Promise<void> {
    if (served.length === 0) return;
    const f = this.field;
    const result = await this.collection.bulkWrite(
      served.map(({ id, noted }) => ({
        updateOne: {
          filter: { _id: id, [`${f}.requested`]: noted } as mongo.Filter<Doc>,
          update: {
            $set: { [`${f}.processed`]: noted },
            $unset: {
              [`${f}.since`]: '',
              [`${f}.due`]: '',
              [`${f}.attempts`]: '',
              [`${f}.error`]: '',
              [`${f}.dead`]: '',
            },
          } as unknown as mongo.UpdateFilter<Doc>,
        },
      })),
      { ordered: false },
    );
    if (result.matchedCount === served.length) return;
    await this.collection.bulkWrite(
      served.map(({ id, noted }) => ({
        updateOne: {
          filter: { _id: id, [`${f}.requested`]: { $gt: noted } } as mongo.Filter<Doc>,
          update: { $max: { [`${f}.processed`]: noted } } as unknown as mongo.UpdateFilter<Doc>,
        },
      })),
      { ordered: false },
    );
  }

  /**
   * Not now: looked at again at `due`. `blamed` counts an attempt against the item; after the last one it is dead. False: something
   * changed since `noted`, or it was served, so that nothing was put off.
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

  /** Looked at now: what was put off for this reason. */
  async wake(error: string): Promise<void> {
    const f = this.field;
    await this.collection.updateMany(
      { [`${f}.due`]: { $exists: true }, [`${f}.error`]: error } as unknown as mongo.Filter<Doc>,
      { $set: { [`${f}.due`]: new Date() } } as unknown as mongo.UpdateFilter<Doc>,
    );
  }

  /** Ids of the overdue, oldest first; each is put off by `againMs`, so that the next round does not find it at once. */
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

  /** Whether one that nothing has put off waits since a time within this span. */
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

  /** Since when the oldest open one waits that nothing has put off; null when there is none. */
  async oldestWaiting(): Promise<Date | null> {
    const f = this.field;
    const found = await this.model
      .findOne({ [`${f}.due`]: { $exists: true }, [`${f}.error`]: { $exists: false } } as object, { [f]: 1 })
      .sort({ [`${f}.since`]: 1 })
      .lean<Record<string, Mark>>();
    return found?.[f]?.since ?? null;
  }
}
