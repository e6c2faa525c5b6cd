import { type OrderStatus } from '../contract.js';

/**
 * The meaning of each word that a sender may use; docs/connectors/falabella.md shows the same table. Both
 * spellings of the post-sale words are Falabella's own. A return in progress is not stock yet: until the
 * goods are back, the order counts as delivered. `failed` is left out on purpose, because only a person
 * can say where such goods are.
 */
export const ORDER_STATUSES = {
  pending: 'created',
  created: 'created',
  confirmed: 'confirmed',
  paid: 'paid',
  ready_to_ship: 'ready_to_ship',
  shipped: 'shipped',
  delivered: 'delivered',
  cancelled: 'cancelled',
  canceled: 'cancelled',
  returned: 'returned',
  return_shipped_by_customer: 'delivered',
  return_ship_by_customer: 'delivered',
  return_waiting_for_approval: 'delivered',
  return_awaiting_for_approval: 'delivered',
  return_rejected: 'delivered',
  returned_rejected: 'delivered',
} as const satisfies Readonly<Record<string, OrderStatus>>;

const bare = (word: string) => word.toLowerCase().replace(/[\s_.-]+/g, '');
const byBareWord: ReadonlyMap<string, OrderStatus> = new Map(
  Object.entries(ORDER_STATUSES).map(([word, status]) => [bare(word), status]),
);

/** The status for the sender's word, whatever its case and separators; `unknown` for any other word. */
export function orderStatus(word: string): OrderStatus {
  return byBareWord.get(bare(word)) ?? 'unknown';
}
