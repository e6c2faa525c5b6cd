import { type OrderStatus } from '../../contract.js';

/** Statuses of a received payment. It includes a partial refund: the rest is sold. */
export const PAID: ReadonlySet<string> = new Set(['paid', 'partially_refunded']);

/** All documented values of `payment_status`. Empty: absent. */
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
 * The progress that each `shipping_status` means, in the words of orders and of the list's filter. Null:
 * no further than the payment. A partly shipped order has not left as a whole.
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

/** Null for a word without progress or an unknown word. */
export function progressOf(shippingStatus: string): OrderStatus | null {
  return PROGRESS.get(shippingStatus) ?? null;
}
