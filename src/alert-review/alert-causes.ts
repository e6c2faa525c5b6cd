import { type AlertKind } from '../alerts/alert-kinds.js';
import { type Alert } from '../alerts/alert.schema.js';
import { isOpen } from '../common/mongo/mark.js';
import { type Listing } from '../listings/listing.schema.js';
import { sharesSku } from '../listings/shared-sku.js';
import { type OrderDoc } from '../orders/order.types.js';
import { isSold, isUndecided } from '../orders/planner.js';

/** Alerts whose cause follows from the stored state alone. */
export const REVIEWED_KINDS = [
  'needs_mapping',
  'return_unresolved',
  'delivery_short',
  'delivery_conflict',
  'push_rejected',
  'shared_sku',
  'drift',
  'before_cutover',
] as const satisfies readonly AlertKind[];

/** The stored state of the alerts' subjects. */
export interface AlertFacts {
  /** By id. */
  readonly orders: ReadonlyMap<string, OrderDoc>;
  /** By id, and by the connection and the channel's SKU in the form of a subject. */
  readonly listings: ReadonlyMap<string, Listing>;
  /** SKUs that are counted. */
  readonly counted: ReadonlySet<string>;
  /** Ids of orders with units that were delivered, are no longer sold, and await a person's decision. */
  readonly withReturns: ReadonlySet<string>;
}

/** Whether the cause of an open alert is certainly gone. Pure. */
export function isCauseGone(
  { kind, subject, openedAt }: Pick<Alert, 'kind' | 'subject' | 'openedAt'>,
  facts: AlertFacts,
): boolean {
  const known = facts.orders.get(subject);
  // While an order is in work, its newest result may not be stored yet.
  const order = known && !isOpen(known.record) && !isOpen(known.deliver) ? known : undefined;
  const listing = facts.listings.get(subject);
  switch (kind) {
    case 'needs_mapping':
      return known ? order !== undefined && (order.unmapped ?? []).length === 0 : facts.counted.has(subject);
    case 'return_unresolved':
      return order !== undefined && !facts.withReturns.has(subject);
    case 'delivery_short':
      return order !== undefined;
    case 'delivery_conflict':
      return order !== undefined && !order.transfers.some((transfer) => transfer.state === 'conflict');
    case 'push_rejected':
      return listing !== undefined && listing.error === undefined;
    case 'shared_sku':
      return listing !== undefined && !sharesSku(listing);
    case 'before_cutover':
      return order !== undefined && !(isUndecided(order) && isSold(order.snapshot.status));
    case 'drift':
      return listing?.published?.state === 'accepted' && listing.published.at > openedAt;
    default:
      return false;
  }
}
