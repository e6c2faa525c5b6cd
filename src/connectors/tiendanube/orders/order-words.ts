import { type OrderStatus } from '../../contract.js';

/** Payments that have come. One that was given back in part has: the rest is sold. */
export const PAID: ReadonlySet<string> = new Set(['paid', 'partially_refunded']);

/** All that is documented of `payment_status`. Empty: not said. */
export const PAYMENT_WORDS: ReadonlySet<string> = new Set([
  ...PAID,
  '',
  'authorized',
  'pending',
  'partially_paid',
  'abandoned',
  'refunded',
  'voided',
]);

/**
 * How far each `shipping_status` has brought an order; both the words of orders and those of the list's filter. Null: no further than its payment.
 * What left in part has not left as a whole.
 */
const PROGRESS: ReadonlyMap<string, OrderStatus | null> = new Map<string, OrderStatus | null>([
  ['', null],
  ['unpacked', null],
  ['partially_packed', null],
  ['unshipped', 'ready_to_ship'],
  ['unfulfilled', 'ready_to_ship'],
  ['packed', 'ready_to_ship'],
  ['partially_fulfilled', null],
  ['shipped', 'shipped'],
  ['fulfilled', 'shipped'],
  ['delivered', 'delivered'],
]);

export const SHIPPING_WORDS: ReadonlySet<string> = new Set(PROGRESS.keys());

/** Null where the word says nothing of it, or is not known. */
export function progressOf(shippingStatus: string): OrderStatus | null {
  return PROGRESS.get(shippingStatus) ?? null;
}
