import { type OrderLine, type OrderSnapshot } from './order-snapshot.js';
import { type LinePart, type OrderSwitches } from './order.types.js';
import { type Availability } from './allocation.js';

/** What there is to be read about an order's lines before it is planned. */
export interface AvailabilityQuery {
  readonly connection: string;
  /** The lines that have to be served. */
  readonly lines: readonly OrderLine[];
  /** What lines are made of that were planned before, by line id. */
  readonly fixed: ReadonlyMap<string, readonly LinePart[]>;
}

/** Where the units of an order come from, and when they count: decided outside of orders, from the connections that there are. */
export abstract class OrderPolicy {
  abstract supply(question: AvailabilityQuery): Promise<Availability>;
  /** Whether an order that is seen for the first time counts, or is from before its connection went live. */
  abstract counts(connection: string, order: Pick<OrderSnapshot, 'placedAt'>): boolean;
  abstract switches(connection: string): OrderSwitches;
}
