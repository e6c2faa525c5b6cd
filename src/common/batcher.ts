import DataLoader from 'dataloader';

export interface GroupLimits {
  readonly maxItems: number;
  /** How long the first item of a group waits for others, in milliseconds. */
  readonly waitMs: number;
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

  constructor(
    flush: (items: readonly Item[]) => Promise<readonly (Result | Error)[]>,
    { maxItems, waitMs, inFlight = 2 }: GroupLimits,
  ) {
    this.loader = new DataLoader<Item, Result>(
      async (items) => {
        this.underWay += 1;
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
        batchScheduleFn: (run) => setTimeout(() => (this.underWay < inFlight ? run() : this.held.push(run)), waitMs),
      },
    );
  }

  add(item: Item): Promise<Result> {
    return this.loader.load(item);
  }
}
