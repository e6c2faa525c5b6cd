import { type OrderSnapshot, type OrderStatus } from './order-snapshot.js';

/** The life of an order, from first to last. */
export const ORDER_LIFE = [
  'created',
  'confirmed',
  'paid',
  'ready_to_ship',
  'shipped',
  'delivered',
  'cancelled',
  'returned',
] as const satisfies readonly OrderStatus[];

/**
 * Whether `a` is the earlier of two states that a sender gives for the same moment: it comes first in an order's life (an unknown status before
 * all), or has the same status and lines that sort first, so that the result does not depend on which of them arrives first.
 */
export function comesBefore(a: OrderSnapshot, b: OrderSnapshot): boolean {
  const [first, second] = [placeOf(a.status), placeOf(b.status)];
  return first === second ? textOf(a) < textOf(b) : first < second;
}

function placeOf(status: OrderStatus): number {
  return (ORDER_LIFE as readonly OrderStatus[]).indexOf(status);
}

function textOf({ statusText, paid, lines }: OrderSnapshot): string {
  const sorted = [...lines].sort((a, b) => (a.lineId < b.lineId ? -1 : 1));
  return JSON.stringify([statusText, paid ?? null, sorted.map(({ lineId, sku, quantity }) => [lineId, sku, quantity])]);
}
