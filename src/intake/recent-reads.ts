const KEPT = 10_000;
/** The largest difference between machines' clocks. */
const CLOCKS_APART_MS = 1_000;

interface Read {
  readonly startedAt: number;
  readonly edited: boolean;
}

/**
 * The orders that this process has read, and when each read began: a webhook from before then needs no
 * read of its own. Orders read by another process are read again.
 */
export class RecentReads {
  private readonly reads = new Map<string, Read>();

  record(order: string, read: Read): void {
    this.reads.delete(order);
    this.reads.set(order, read);
    for (const oldest of this.reads.keys()) {
      if (this.reads.size <= KEPT) return;
      this.reads.delete(oldest);
    }
  }

  /** `toldAt`: the receiver's clock. `edited`: the effect of edits is needed, too. */
  serves(order: string, toldAt: Date, edited: boolean): boolean {
    const read = this.reads.get(order);
    return read !== undefined && read.startedAt - CLOCKS_APART_MS > toldAt.getTime() && (read.edited || !edited);
  }
}
