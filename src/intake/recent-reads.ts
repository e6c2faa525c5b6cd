const KEPT = 10_000;
/** Clocks of different machines are no further apart. */
const CLOCKS_APART_MS = 1_000;

interface Read {
  readonly startedAt: number;
  readonly edited: boolean;
}

/**
 * Which orders this process has read, and when that began: what was told of one before then needs no reading of its own. What another process has
 * read is read again.
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

  /** `toldAt`: by the clock of whoever was told. `edited`: what became of edits is wanted, too. */
  serves(order: string, toldAt: Date, edited: boolean): boolean {
    const read = this.reads.get(order);
    return read !== undefined && read.startedAt - CLOCKS_APART_MS > toldAt.getTime() && (read.edited || !edited);
  }
}
