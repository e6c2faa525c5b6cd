import { type OrderLine, type OrderSnapshot } from './order-snapshot.js';
import { type Hold, type LinePart, type OrderSwitches } from './order.types.js';
import { type Availability } from './allocation.js';

/** Asks what is known of an order's lines before it is planned. */
export interface AvailabilityQuery {
  readonly connection: string;
  readonly lines: readonly OrderLine[];
  /** The parts of lines that were planned before, by line id. */
  readonly fixed: ReadonlyMap<string, readonly LinePart[]>;
}

/**
 * Where an order's units come from, and whether it counts. Implemented outside this folder, from the known
 * connections.
 */
export abstract class OrderPolicy {
  abstract availability(query: AvailabilityQuery): Promise<Availability>;
  /** The present masters of the stock entries of reservations, by key; absent: there is no entry. */
  abstract masters(holds: readonly Pick<Hold, 'key' | 'sku' | 'warehouse'>[]): Promise<ReadonlyMap<string, string>>;
  /** Whether an order that is seen for the first time counts, or is from before its connection went live. */
  abstract counts(connection: string, order: Pick<OrderSnapshot, 'placedAt'>): boolean;
  abstract switches(connection: string): OrderSwitches;
}
