import DataLoader from 'dataloader';

export interface GroupLimits {
  readonly maxItems: number;
  /** How long the first item of a group waits for others, in milliseconds. */
  readonly waitMs: number;
  /** The least time between the beginnings of two groups, in milliseconds: the first leaves at once, and the next ones gather. */
  readonly everyMs?: number;
  /** Groups that may be in flight at once. At this number the next group gathers, so that groups grow with the load. */
  readonly inFlight?: number;
}

/**
 * Gathers items that arrive within a few milliseconds into one group, and gives each caller its own
 * result. `flush` answers with one result or `Error` per item, in the same order.
 */
export class Batcher<Item, Result> {
  private readonly loader: DataLoader<Item, Result>;
  private readonly held: (() => void)[] = [];
  private underWay = 0;
  private begunAt = Number.NEGATIVE_INFINITY;

  constructor(
    flush: (items: readonly Item[]) => Promise<readonly (Result | Error)[]>,
    { maxItems, waitMs, everyMs = 0, inFlight = 2 }: GroupLimits,
  ) {
    this.loader = new DataLoader<Item, Result>(
      async (items) => {
        this.underWay += 1;
        this.begunAt = performance.now();
        try {
          return await flush(items);
        } finally {
          this.underWay -= 1;
          this.held.shift()?.();
        }
      },
      {
        cache: false,
        maxBatchSize: maxItems,
        batchScheduleFn: (run) =>
          setTimeout(
            () => (this.underWay < inFlight ? run() : this.held.push(run)),
            Math.max(waitMs, this.begunAt + everyMs - performance.now()),
          ),
      },
    );
  }

  add(item: Item): Promise<Result> {
    return this.loader.load(item);
  }
}
