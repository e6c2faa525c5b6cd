import { type OrderSnapshot, type OrderStatus } from './order-snapshot.js';

/** The life of an order, from first to last. */
const LIFE: readonly OrderStatus[] = [
  'unknown',
  'created',
  'confirmed',
  'paid',
  'ready_to_ship',
  'shipped',
  'delivered',
  'cancelled',
  'returned',
];

/**
 * Which of two states that a sender gives for the same moment is the earlier one: the one that comes first in an order's life; of the same status
 * the one whose lines sort first, so that the result does not depend on the order in which they arrive.
 */
export function comesBefore(a: OrderSnapshot, b: OrderSnapshot): boolean {
  const [first, second] = [LIFE.indexOf(a.status), LIFE.indexOf(b.status)];
  return first === second ? textOf(a) < textOf(b) : first < second;
}

function textOf({ statusText, paid, lines }: OrderSnapshot): string {
  const sorted = [...lines].sort((a, b) => (a.lineId < b.lineId ? -1 : 1));
  return JSON.stringify([statusText, paid ?? null, sorted.map(({ lineId, sku, quantity }) => [lineId, sku, quantity])]);
}
