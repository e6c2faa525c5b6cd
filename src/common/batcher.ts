import DataLoader from 'dataloader';

/**
 * Gathers what arrives within a few milliseconds into one group, and gives each caller its own result.
 * `flush` answers with one result or `Error` per item, in the same order.
 */
export class Batcher<Item, Result> {
  private readonly loader: DataLoader<Item, Result>;

  constructor(flush: (items: readonly Item[]) => Promise<readonly (Result | Error)[]>, limits: { maxItems: number; waitMs: number }) {
    this.loader = new DataLoader<Item, Result>((items) => flush(items), {
      cache: false,
      maxBatchSize: limits.maxItems,
      batchScheduleFn: (run) => setTimeout(run, limits.waitMs),
    });
  }

  add(item: Item): Promise<Result> {
    return this.loader.load(item);
  }
}
