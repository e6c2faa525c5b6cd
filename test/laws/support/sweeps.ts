import { type Mark } from '../../../src/common/mongo/mark.js';
import { leaseTimes } from '../../../src/common/lease-times.js';
import { type JobData, type QueueName } from '../../../src/queues/queue-names.js';
import { type Table } from './database/table.js';
import { type Doc } from './database/matching.js';
import { type Tables } from './database/tables.js';
import { type Timeline } from './time/timeline.js';

const INTERVAL_MS = 1_000;
/** How a mark is put off that waits for the world to change. */
const WAITS = /^reasons\.(short|to_map)$/;
/** Orders that wait are tried so often before they are believed to wait. */
const TRIES = 3;

interface Open {
  readonly doc: Doc;
  readonly field: string;
  readonly due: number;
  readonly error: string;
}

interface Sweep {
  readonly table: Table;
  readonly field: string;
  readonly wake: (ids: string[]) => void;
}

/** The sweeper of the marks: wakes the work of overdue ones. It reads nothing else, and repairs nothing by itself. */
export class Sweeps {
  private readonly sweeps: readonly Sweep[];
  /** The open marks that wait, and how often each was postponed. */
  private waiting = '';
  private tries: { readonly due: number; readonly times: number }[] = [];

  constructor(
    { events, orders, entries, movements, listings, pushes }: Tables,
    telling: boolean,
    private readonly timeline: Timeline,
    enqueue: (name: QueueName, job: JobData) => void,
  ) {
    const each = (name: QueueName) => (ids: string[]) => ids.forEach((id) => enqueue(name, { ids: [id] }));
    this.sweeps = [
      { table: events, field: 'handle', wake: each('inbox') },
      { table: orders, field: 'record', wake: each('orders') },
      { table: orders, field: 'review', wake: each('orders') },
      { table: orders, field: 'deliver', wake: each('orders') },
      { table: movements, field: 'project', wake: (ids) => enqueue('movements', { ids }) },
      { table: entries, field: 'observe', wake: (ids) => enqueue('stock', { ids }) },
      ...(telling
        ? [
            { table: listings, field: 'push', wake: (ids: string[]) => each('pushes')(connectionsOf(ids)) },
            { table: pushes, field: 'follow', wake: each('feeds') },
          ]
        : []),
    ];
    this.tick(INTERVAL_MS);
  }

  /**
   * Called when nothing else is scheduled: waits for the next due mark. False: all open marks wait for a
   * change in the world.
   */
  next(): boolean {
    const open = this.open();
    const first = Math.min(...open.map(({ due }) => due));
    if (first === Number.POSITIVE_INFINITY) return false;
    if (this.allWait(open)) return false;
    this.tick(Math.max(0, first - this.timeline.now) + 1);
    return true;
  }

  /** Whether every open mark waits for a change in the world and was tried often enough since the last other mark. */
  private allWait(open: readonly Open[]): boolean {
    const names = open.map(({ doc, field }) => `${doc._id} ${field}`).join();
    if (names !== this.waiting) this.tries = open.map(({ due }) => ({ due, times: 0 }));
    this.waiting = names;
    this.tries = open.map(({ due, error }, i) => {
      const { due: before = 0, times = 0 } = this.tries[i] ?? {};
      const isPutOff = WAITS.test(error) && due - this.timeline.now > leaseTimes.againMs();
      return isPutOff && due !== before ? { due, times: times + 1 } : { due: before, times };
    });
    const isAtRest = this.tries.every(({ times }) => times >= TRIES);
    if (isAtRest) this.waiting = '';
    return isAtRest;
  }

  /** The open marks with the errors that postponed them. */
  open(): Open[] {
    return this.sweeps.flatMap(({ table, field }) =>
      [...table.docs.values()].flatMap((doc) => {
        const { due, error = '' } = (doc[field] ?? {}) as Partial<Mark>;
        return due === undefined ? [] : [{ doc, field, due: due.getTime(), error }];
      }),
    );
  }

  /** Runs periodically while other work is scheduled. Without any, `next` decides. */
  private tick(delayMs: number): void {
    this.timeline.after(delayMs, () => {
      this.sweep();
      if (this.timeline.busy) this.tick(INTERVAL_MS);
    });
  }

  private sweep(): void {
    const now = new Date();
    for (const { table, field, wake } of this.sweeps) {
      const due = `${field}.due`;
      const ids = table.find({ [due]: { $lte: now } }).map((doc) => doc._id);
      if (ids.length === 0) continue;
      table.update(
        { _id: { $in: ids } },
        { $set: { [due]: new Date(now.getTime() + leaseTimes.againMs()) } },
        { many: true },
      );
      this.timeline.note(() => `= swept ${field}: ${ids.join(' ')}`);
      wake(ids);
    }
  }
}

function connectionsOf(listings: readonly string[]): string[] {
  return [...new Set(listings.map((id) => id.slice(0, id.indexOf('/'))))];
}
