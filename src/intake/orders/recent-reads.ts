import { LRUCache } from 'lru-cache';
import { atMost } from '../../common/ttl.js';

const MAX_ORDERS = 10_000;
/** Clocks of different machines are no further apart. */
const CLOCK_SKEW_MS = 1_000;

interface Read {
  /** Milliseconds since 1970, by the clock of this process. */
  readonly startedAt: number;
  readonly edited: boolean;
}

/**
 * When this process last began to read each order. A webhook that arrived before then needs no reading of its own.
 * An evicted order, or one that another process read, is only read once more than needed.
 */
export class RecentReads {
  private readonly reads = new LRUCache<string, Read>(atMost(MAX_ORDERS));

  record(order: string, read: Read): void {
    this.reads.set(order, read);
  }

  /** `arrivedAt`: by the clock of the process that stored the webhook. `edited`: the edits of the order must have been read, too. */
  serves(order: string, arrivedAt: Date, edited: boolean): boolean {
    const read = this.reads.get(order);
    return read !== undefined && read.startedAt - CLOCK_SKEW_MS > arrivedAt.getTime() && (read.edited || !edited);
  }
}
