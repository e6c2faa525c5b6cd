import { type Sourcing } from './planner.js';
import { type OrderSwitches } from './order.types.js';

/** Where the units of an order come from, and when they count: decided outside of orders, from the connections that there are. */
export abstract class OrderPolicy {
  abstract sourcing(sku: string): Sourcing;
  abstract switches(connection: string): OrderSwitches;
}
