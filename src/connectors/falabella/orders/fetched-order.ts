import { type FalabellaSettings } from '../settings.js';
import { type FetchedOrder, type OrderLine, type OrderStatus } from '../../contract.js';
import { orderStatus } from '../order-status.js';
import { type SellerOrder, type SellerOrderItem } from './order-answers.js';

/** Documented for new orders: ask again until every field is filled. The interval is not documented. */
const READ_AGAIN_MS = 15_000;

/** The words for Fulfilled by Falabella, whatever their case and separators. */
const FULFILLED_BY_FALABELLA: ReadonlySet<string> = new Set([
  'ownwarehouse',
  'fulfillment',
  'fulfilment',
  'fulfillmentbyfalabella',
  'fbf',
]);

type Progress = Exclude<OrderStatus, 'cancelled' | 'returned' | 'unknown'>;
const PROGRESS: readonly Progress[] = ['created', 'confirmed', 'paid', 'ready_to_ship', 'shipped', 'delivered'];

interface Unit {
  readonly item: SellerOrderItem;
  readonly status: OrderStatus;
}

/**
 * An order from its two answers. Its lines are the units from the seller's own stock, counted per SKU: the
 * SKU is the only line id that every source of an order has. Its status is that of the unit that has come
 * least far, among those neither cancelled nor returned.
 * @param locations the warehouse names that the connection knows; the ledger ignores others
 */
export function fetchedOrder(
  order: SellerOrder,
  items: readonly SellerOrderItem[],
  settings: Pick<FalabellaSettings, 'orderName' | 'warehouseIds'>,
  locations: ReadonlySet<string>,
): FetchedOrder {
  const own = items.filter(isOwn).map(unitOf);
  const { status, sold } = own.length > 0 ? statusOf(own) : { ...statusWithoutUnits(order, items), sold: [] };
  const words =
    own.length > 0 ? own.map(({ item }) => item.status) : [...items.map((item) => item.status), ...order.statuses];
  const location = order.warehouse[settings.warehouseIds];
  const strange =
    status === 'unknown' ? [] : own.filter((unit) => unit.status === 'unknown').map(({ item }) => item.status);
  return {
    ...namesOf(order, settings.orderName),
    status,
    statusText: [...new Set(words.filter((word) => word !== ''))].join(', ') || 'pending',
    lines: linesOf(sold, locations.has(location) ? location : undefined),
    version: order.updatedAt ?? 0,
    ...(order.placedAt !== null && { placedAt: order.placedAt }),
    ...(isIncomplete(order, items) && { readAgainMs: READ_AGAIN_MS }),
    ...(strange.length > 0 && { attention: attentionTo(strange) }),
  };
}

/**
 * The documented webhook names an order by the shopper's number, Seller Center's own calls and webhooks by
 * its id. Known by the number, it is the same order in either.
 */
export function namesOf(
  { orderId, number }: SellerOrder,
  orderName: 'number' | 'id',
): Pick<FetchedOrder, 'orderId' | 'ref' | 'number'> {
  if (orderName === 'number') return { orderId: number, ref: orderId };
  return { orderId, ref: orderId, ...(number !== orderId && { number }) };
}

/**
 * Whether a unit comes from the seller's own stock. While that is unknown it does not count: the order is
 * read again.
 */
function isOwn({ sku, shippingType }: SellerOrderItem): boolean {
  return (
    sku.trim() !== '' &&
    shippingType !== '' &&
    !FULFILLED_BY_FALABELLA.has(shippingType.toLowerCase().replace(/[^a-z]/g, ''))
  );
}

/** A unit without a status is a sale all the same. */
function unitOf(item: SellerOrderItem): Unit {
  return { item, status: item.status === '' ? 'created' : orderStatus(item.status) };
}

/**
 * Units with an unknown status count as sold and do not decide, if others do. Returned units are no longer
 * sold, unless all are: then the whole order is returned.
 */
function statusOf(units: readonly Unit[]): { readonly status: OrderStatus; readonly sold: readonly Unit[] } {
  const live = units.filter(({ status }) => status !== 'cancelled');
  if (live.length === 0) return { status: 'cancelled', sold: units };
  const kept = live.filter(({ status }) => status !== 'returned');
  if (kept.length === 0) return { status: 'returned', sold: live };
  return { status: PROGRESS.find((step) => kept.some(({ status }) => status === step)) ?? 'unknown', sold: kept };
}

/**
 * An order whose items are Falabella's to deliver, or not shown yet: no units of ours, and a status for
 * people to read.
 */
function statusWithoutUnits(order: SellerOrder, items: readonly SellerOrderItem[]): { readonly status: OrderStatus } {
  if (items.length > 0) return { status: statusOf(items.map(unitOf)).status };
  const shown = order.statuses.map((status) => ({
    item: { itemId: '', sku: '', shippingType: '', status },
    status: orderStatus(status),
  }));
  return { status: shown.length > 0 ? statusOf(shown).status : 'created' };
}

function linesOf(sold: readonly Unit[], location: string | undefined): readonly OrderLine[] {
  const quantities = new Map<string, number>();
  for (const { item } of sold) quantities.set(item.sku, (quantities.get(item.sku) ?? 0) + 1);
  return [...quantities].map(([sku, quantity]) => ({
    lineId: sku,
    sku,
    quantity,
    ...(location !== undefined && { location }),
  }));
}

function isIncomplete(order: SellerOrder, items: readonly SellerOrderItem[]): boolean {
  const short = items.length === 0 || items.length < (order.itemsCount ?? 0);
  return short || items.some((item) => item.sku.trim() === '' || item.shippingType === '' || item.status === '');
}

function attentionTo(words: readonly string[]): string {
  const distinct = [...new Set(words)].map((word) => `"${word}"`).join(', ');
  return `${words.length} of its units have the status ${distinct}: a person has to say where these goods are. They count as sold`;
}
