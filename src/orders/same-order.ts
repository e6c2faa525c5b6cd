import { type OrderSnapshot } from './order-snapshot.js';

/** Whether two orders share the name by which they are known here: their platform tells them apart. */
export function isAnother(known: OrderSnapshot, shown: OrderSnapshot): boolean {
  return known.ref !== undefined && shown.ref !== undefined && known.ref !== shown.ref;
}

/** The name of an order whose own one belongs to another order. */
export function nameBeside({ orderId, ref = '' }: OrderSnapshot): string {
  return `${orderId}~${ref}`;
}

/**
 * An order as it is shown now, on top of how it is known. How its platform is asked for it is kept, whoever tells of it. And what was once
 * confirmed stays so while its platform says no more than that it was made: one that says nothing of payment cannot take it back.
 */
export function onTopOf(known: OrderSnapshot, shown: OrderSnapshot): OrderSnapshot {
  const confirmed = known.status === 'confirmed' || known.status === 'paid';
  const kept = confirmed && shown.status === 'created' && shown.paid === undefined ? { status: known.status } : {};
  return { ...shown, ...(known.ref !== undefined && shown.ref === undefined ? { ref: known.ref } : {}), ...kept };
}
