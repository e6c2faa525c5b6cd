import { type AlertKind } from '../alerts/alert-kinds.js';
import { type Alert } from '../alerts/alert.schema.js';
import { isOpen } from '../common/mongo/mark.js';
import { type Listing } from '../listings/listing.schema.js';
import { type OrderDoc } from '../orders/order.types.js';
import { isSold, isUndecided } from '../orders/planner.js';

/** Alerts whose cause can be seen in what is stored, whoever was to close them. */
export const REVIEWED_KINDS = [
  'needs_mapping',
  'return_unresolved',
  'delivery_short',
  'delivery_conflict',
  'push_rejected',
  'drift',
  'before_cutover',
] as const satisfies readonly AlertKind[];

/** What is stored of the subjects of alerts. */
export interface AlertFacts {
  /** By id. */
  readonly orders: ReadonlyMap<string, OrderDoc>;
  /** By id, and by the connection and the channel's SKU as they stand in a subject. */
  readonly listings: ReadonlyMap<string, Listing>;
  /** SKUs that somebody has counted. */
  readonly counted: ReadonlySet<string>;
  /** Ids of orders with units that were carried out, are not sold any more, and of which nobody has said what became. */
  readonly withReturns: ReadonlySet<string>;
}

/** Whether the cause of an open alert is gone for certain. Pure. */
export function isCauseGone(
  { kind, subject, openedAt }: Pick<Alert, 'kind' | 'subject' | 'openedAt'>,
  facts: AlertFacts,
): boolean {
  const known = facts.orders.get(subject);
  // While somebody is working on an order, what he has found out may not be stored yet.
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
    case 'before_cutover':
      return order !== undefined && !(isUndecided(order) && isSold(order.snapshot.status));
    case 'drift':
      return listing?.published?.state === 'accepted' && listing.published.at > openedAt;
    default:
      return false;
  }
}
