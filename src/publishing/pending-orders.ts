/** A sale that a channel has told us of, line by line, as far as nobody has counted it yet. */
export interface PendingOrder {
  readonly orderId: string;
  readonly version: number;
  readonly lines: readonly { readonly lineId: string; readonly sku: string; readonly quantity: number }[];
}

/** Knows of the sales that have arrived and are not planned yet; whoever takes webhooks in provides it. */
export abstract class PendingOrders {
  /** The orders of a connection that wait to be planned, as they were last told. */
  abstract waiting(connection: string): Promise<readonly PendingOrder[]>;
  /** Whether orders of a connection are known to be there and were never looked at yet. */
  abstract isReading(connection: string): Promise<boolean>;
}
