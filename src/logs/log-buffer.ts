import { type ReadyLog } from './log-document.js';

/** The entries that wait to be stored. Bounded: a full buffer drops the oldest entries and counts them. */
export class LogBuffer {
  /** Entries dropped since the last `takeDropped`. */
  private dropped = 0;
  private bytes = 0;
  private waiting: ReadyLog[] = [];

  constructor(
    private readonly maxEntries: number,
    private readonly maxBytes: number,
  ) {}

  get length(): number {
    return this.waiting.length;
  }

  add(entry: ReadyLog): void {
    this.waiting.push(entry);
    this.bytes += entry.bytes;
    if (this.waiting.length > this.maxEntries || this.bytes > this.maxBytes) this.makeRoom();
  }

  /** Removes the oldest `count` entries and returns them. */
  take(count: number): ReadyLog[] {
    const taken = this.waiting.length <= count ? this.waiting : this.waiting.slice(0, count);
    this.waiting = this.waiting.length <= count ? [] : this.waiting.slice(count);
    for (const entry of taken) this.bytes -= entry.bytes;
    return taken;
  }

  /** Puts a group that could not be stored back in front. */
  putBack(group: readonly ReadyLog[]): void {
    this.waiting = [...group, ...this.waiting];
    for (const entry of group) this.bytes += entry.bytes;
    if (this.waiting.length > this.maxEntries || this.bytes > this.maxBytes) this.makeRoom();
  }

  countDropped(count: number): void {
    this.dropped += count;
  }

  takeDropped(): number {
    const count = this.dropped;
    this.dropped = 0;
    return count;
  }

  /** Shrinks to nine tenths, so that a full buffer is not shifted for every entry. */
  private makeRoom(): void {
    let gone = 0;
    while (
      gone < this.waiting.length &&
      (this.waiting.length - gone > this.maxEntries * 0.9 || this.bytes > this.maxBytes * 0.9)
    ) {
      this.bytes -= this.waiting[gone]?.bytes ?? 0;
      gone += 1;
    }
    this.waiting = this.waiting.slice(gone);
    this.dropped += gone;
  }
}
