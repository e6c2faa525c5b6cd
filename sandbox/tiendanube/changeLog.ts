import { type Store, type Variant } from './state.js';
import { type LevelChange } from './stock.js';

/** One change of a number that a store shows. */
export interface RecordedChange {
  /** ISO 8601, with milliseconds. */
  at: string;
  storeId: number;
  productId: number;
  variantId: number;
  sku: string | null;
  locationId: string;
  from: number | null;
  to: number | null;
  /** The API call that made it, `order 1500000001`, or `merchant`. */
  by: string;
}

const kept = 50_000;

/** The latest changes of the stores' numbers by any cause. Lost on a restart. */
export class ChangeLog {
  private changes: RecordedChange[] = [];

  add(store: Store, variant: Variant, change: LevelChange, by: string): void {
    this.changes.push({
      at: new Date().toISOString(),
      storeId: store.id,
      productId: variant.productId,
      variantId: variant.id,
      sku: variant.sku,
      ...change,
      by,
    });
    if (this.changes.length > 2 * kept) this.changes = this.changes.slice(-kept);
  }

  /** Oldest first; of one store, of one SKU, or with a `by` that begins with this text. */
  list(filter: { storeId?: number; sku?: string; by?: string } = {}): RecordedChange[] {
    return this.changes.filter(
      (one) =>
        (filter.storeId === undefined || one.storeId === filter.storeId) &&
        (filter.sku === undefined || one.sku === filter.sku) &&
        (filter.by === undefined || one.by.startsWith(filter.by)),
    );
  }

  clear(): void {
    this.changes = [];
  }
}
