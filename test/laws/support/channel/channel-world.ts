import { type StockPush } from '../../../../src/connectors/contract.js';
import { type Random } from '../random.js';
import { type Timeline } from '../time/timeline.js';

/** Numbers that a channel has accepted and will process. */
export interface Feed {
  readonly ref: string;
  readonly items: readonly StockPush[];
  done: boolean;
}

/** One channel: it processes pushes at once or later, and subtracts its own sales by itself. */
export class ChannelWorld {
  readonly shown = new Map<string, number>();
  readonly feeds: Feed[] = [];

  constructor(
    readonly id: string,
    private readonly timeline: Timeline,
    private readonly random: Random,
    private readonly style: { readonly feedsMs: number; readonly takesOff: boolean },
    /** Called when a push leaves a process. */
    readonly onSend: (items: readonly StockPush[]) => void,
  ) {}

  /** A push arrives. */
  take(items: readonly StockPush[]): Feed {
    const feed: Feed = { ref: `${this.id}-${this.feeds.length + 1}`, items, done: false };
    this.feeds.push(feed);
    if (this.style.feedsMs === 0) this.workThrough(feed);
    else this.timeline.after(this.random.wait(this.style.feedsMs), () => this.workThrough(feed));
    return feed;
  }

  /** Units are sold there; negative: returned. */
  sold(sku: string, units: number): void {
    if (!this.style.takesOff) return;
    const before = this.shown.get(sku);
    if (before !== undefined) this.shown.set(sku, Math.max(0, before - units));
  }

  private workThrough(feed: Feed): void {
    feed.done = true;
    for (const { sku, quantity } of feed.items) this.shown.set(sku, quantity);
    this.timeline.note(
      () => `= ${this.id} shows ${feed.items.map(({ sku, quantity }) => `${quantity} x ${sku}`).join(', ')}`,
    );
  }
}
