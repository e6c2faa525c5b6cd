/**
 * A status an order can have, in this system's own words. `unknown` is kept and raises an alert; it is
 * never guessed.
 */
export type OrderStatus =
  'created' | 'confirmed' | 'paid' | 'ready_to_ship' | 'shipped' | 'delivered' | 'cancelled' | 'returned' | 'unknown';

export interface OrderLine {
  /** Stable within the order: the platform's line id, or the SKU where the platform has none. */
  readonly lineId: string;
  readonly sku: string;
  /** Whole units, 1 or more. */
  readonly quantity: number;
  /** The warehouse that serves it, in the platform's own name for it. Present only where the platform decides. */
  readonly location?: string;
}

/** An order as its platform shows it now. */
export interface OrderSnapshot {
  readonly orderId: string;
  /** The id by which the platform is asked for the order, where it differs from `orderId`. */
  readonly ref?: string;
  /** The number the shopper sees, where it differs. */
  readonly number?: string;
  readonly status: OrderStatus;
  /** The platform's own word for the status. */
  readonly statusText: string;
  /** Whether it is paid, where the platform states it apart from the status. */
  readonly paid?: boolean;
  readonly lines: readonly OrderLine[];
  /**
   * When it was placed, in milliseconds since 1970, where the platform states it. A time without a zone is
   * taken as the latest that it can mean.
   */
  readonly placedAt?: number;
  /** Orders the readings of one order: later is newer. Milliseconds since 1970, UTC. */
  readonly version: number;
}
