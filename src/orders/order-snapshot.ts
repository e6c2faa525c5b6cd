/** A status an order can have, in the words of this system. `unknown` is kept and alerted, never guessed. */
export type OrderStatus =
  'created' | 'confirmed' | 'paid' | 'ready_to_ship' | 'shipped' | 'delivered' | 'cancelled' | 'returned' | 'unknown';

export interface OrderLine {
  /** Stable within the order: the platform's line id, or the SKU where the platform has none. */
  readonly lineId: string;
  readonly sku: string;
  /** Whole units, 1 or more. */
  readonly quantity: number;
  /** The warehouse that serves it, where the platform decides: its own name for it. */
  readonly location?: string;
}

/** An order as its platform shows it now. */
export interface OrderSnapshot {
  readonly orderId: string;
  /** What its platform is asked by, where that is not the `orderId` by which the order is known here. */
  readonly ref?: string;
  /** The number the shopper sees, where it differs. */
  readonly number?: string;
  readonly status: OrderStatus;
  /** The platform's own word for the status. */
  readonly statusText: string;
  /** Whether it is paid, where the platform says so apart from the status. */
  readonly paid?: boolean;
  readonly lines: readonly OrderLine[];
  /** When it was placed, in milliseconds since 1970, where the platform says; the latest that it can mean, where it says it without a zone. */
  readonly placedAt?: number;
  /** Orders what is known of one order: later is newer. Milliseconds since 1970, UTC. */
  readonly version: number;
}
