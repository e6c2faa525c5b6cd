import { type OrderSnapshot } from './order-snapshot.js';

/** Whether the platform has two orders under the name by which they are known here. */
export function isAnother(known: OrderSnapshot, shown: OrderSnapshot): boolean {
  return known.ref !== undefined && shown.ref !== undefined && known.ref !== shown.ref;
}

/** The name of an order whose own name belongs to another order. */
export function nameBeside({ orderId, ref = '' }: OrderSnapshot): string {
  return `${orderId}~${ref}`;
}

/**
 * Merges a new reading into the known order. The id by which the platform is asked is kept, whatever the
 * source. A confirmed order stays confirmed while the platform reports it as created: a source that does
 * not mention payment cannot undo it.
 */
export function onTopOf(known: OrderSnapshot, shown: OrderSnapshot): OrderSnapshot {
  const confirmed = known.status === 'confirmed' || known.status === 'paid';
  const kept = confirmed && shown.status === 'created' && shown.paid === undefined ? { status: known.status } : {};
  return { ...shown, ...(known.ref !== undefined && shown.ref === undefined ? { ref: known.ref } : {}), ...kept };
}
