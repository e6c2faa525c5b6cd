import { type Envelope } from '../envelope.js';
import { parseTimestamp } from '../timestamp.js';
import { at, many, skuText, spelledText, text, wholeNumber } from '../tree.js';

/** An order of Seller Center, without its buyer. */
export interface SellerOrder {
  readonly orderId: string;
  /** The number that the shopper sees. */
  readonly number: string;
  /** The statuses of its items, each once. */
  readonly statuses: readonly string[];
  /** When it last changed, on the scale of versions; null if absent. */
  readonly updatedAt: number | null;
  /** The latest time at which it may have been placed; null if absent. */
  readonly placedAt: number | null;
  /** The number of its items; null if absent. */
  readonly itemsCount: number | null;
  /** The warehouse that sells it, by either id; empty if absent. */
  readonly warehouse: { readonly facility: string; readonly seller: string };
}

/** One unit of an order. Any of its fields can be empty shortly after the order was placed. */
export interface SellerOrderItem {
  readonly itemId: string;
  readonly sku: string;
  readonly status: string;
  readonly shippingType: string;
}

export interface SellerOrderPage {
  readonly orders: readonly SellerOrder[];
  /** All orders in the answer, readable or not: the next page begins after them. */
  readonly received: number;
  /** The total of all pages, if given. */
  readonly total: number | null;
}

/** The westernmost time zone. */
const WESTERNMOST_MS = 12 * 3_600_000;

/**
 * The time of an order as a version. Bodies state times without a zone, which is not documented. Read in
 * the westernmost zone, a fetched order is never older than a webhook with the true time of the same
 * change.
 */
export function orderVersion(written: string): number | null {
  const wallClock = parseTimestamp(written);
  return wallClock === null ? null : wallClock + WESTERNMOST_MS;
}

/** The westernmost time zone of Falabella's countries (Peru, Colombia). */
const WESTERNMOST_SELLER_MS = 5 * 3_600_000;

/** The latest moment that a time without a zone can mean. */
function latestOf(written: string): number | null {
  const wallClock = parseTimestamp(written);
  return wallClock === null ? null : wallClock + WESTERNMOST_SELLER_MS;
}

/** The orders of a GetOrders or GetOrder answer; those without an id are left out. */
export function ordersOf({ head, body }: Envelope): SellerOrderPage {
  const nodes = many(at(body, 'Orders', 'Order'));
  const orders = nodes.map(readOrder).filter((order) => order.orderId !== '');
  return { orders, received: nodes.length, total: wholeNumber(at(head, 'TotalCount')) };
}

function readOrder(node: unknown): SellerOrder {
  const orderId = text(at(node, 'OrderId'));
  return {
    orderId,
    number: text(at(node, 'OrderNumber')) || orderId,
    statuses: statusesOf(node),
    updatedAt: orderVersion(text(at(node, 'UpdatedAt'))) ?? orderVersion(text(at(node, 'CreatedAt'))),
    placedAt: latestOf(text(at(node, 'CreatedAt'))),
    itemsCount: wholeNumber(at(node, 'ItemsCount')),
    warehouse: {
      facility: spelledText(at(node, 'Warehouse'), 'FacilityId', 'GSCFacilityId') || spelledText(node, 'FacilityId'),
      seller: spelledText(at(node, 'Warehouse'), 'SellerWarehouseId') || spelledText(node, 'SellerWarehouseId'),
    },
  };
}

/** `Statuses.Status`, one or many; some answers have plain texts or `Status`. */
function statusesOf(node: unknown): readonly string[] {
  const listed = many(at(node, 'Statuses')).flatMap((entry) =>
    at(entry, 'Status') === undefined ? [entry] : many(at(entry, 'Status')),
  );
  return [...listed, ...many(at(node, 'Status'))].map(text).filter((status) => status !== '');
}

/** The items of a GetOrderItems answer: one per unit. */
export function itemsOf({ body }: Envelope): readonly SellerOrderItem[] {
  return many(at(body, 'OrderItems', 'OrderItem')).map((node) => ({
    itemId: text(at(node, 'OrderItemId')),
    sku: skuText(at(node, 'Sku')),
    status: text(at(node, 'Status')),
    shippingType: text(at(node, 'ShippingType')),
  }));
}
