import { type Waiting } from './compose.js';

/** The limits of one group. */
export interface GroupSize {
  readonly entries: number;
  readonly runs: number;
}

/**
 * The waiting runs, by entry. An entry is in one group at a time and served first come, first served.
 * Entries take turns: one with a long queue goes behind entries that arrived later, and a busy one does
 * not block the others.
 */
export class EntryQueues {
  private readonly waiting = new Map<string, Waiting[]>();
  private readonly busy = new Set<string>();

  get empty(): boolean {
    return this.waiting.size === 0 && this.busy.size === 0;
  }

  /** Whether `take` would give anything. */
  get ready(): boolean {
    for (const entry of this.waiting.keys()) if (!this.busy.has(entry)) return true;
    return false;
  }

  add(waiting: Waiting): void {
    const queue = this.waiting.get(waiting.entry);
    if (queue) queue.push(waiting);
    else this.waiting.set(waiting.entry, [waiting]);
  }

  /** The next group. Its entries stay busy until `giveBack`. */
  take(size: GroupSize): Map<string, Waiting[]> {
    const group = new Map<string, Waiting[]>();
    let room = size.runs;
    for (const [entry, queue] of [...this.waiting]) {
      if (group.size === size.entries || room === 0) break;
      if (this.busy.has(entry)) continue;
      const runs = queue.splice(0, room);
      room -= runs.length;
      this.waiting.delete(entry);
      if (queue.length > 0) this.waiting.set(entry, queue);
      this.busy.add(entry);
      group.set(entry, runs);
    }
    return group;
  }

  /** Ends a group. Runs to be retried come first in their queues. */
  giveBack(entries: Iterable<string>, again: readonly Waiting[]): void {
    for (const entry of entries) this.busy.delete(entry);
    for (const waiting of [...again].reverse()) {
      const queue = this.waiting.get(waiting.entry);
      if (queue) queue.unshift(waiting);
      else this.waiting.set(waiting.entry, [waiting]);
    }
  }
}
