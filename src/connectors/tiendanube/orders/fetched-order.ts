import { type TiendanubeSettings } from '../settings.js';
import { type FetchedOrder, type OrderLine, type OrderStatus } from '../../contract.js';
import { type EditedProduct, type OrderProduct, type TiendanubeOrder } from '../interfaces/tiendanube.interface.js';
import { nameOf } from '../sku.js';
import { PAID, PAYMENT_WORDS, progressOf, SHIPPING_WORDS } from './order-words.js';

/**
 * The current order. Tiendanube's ids identify its lines; one variant may be on several. A re-opened or
 * archived order has its current status.
 */
export function fetchedOrder(
  order: TiendanubeOrder,
  settings: Pick<TiendanubeSettings, 'ignoredStorefronts'>,
): FetchedOrder {
  const counts = !settings.ignoredStorefronts.includes(order.storefront);
  const status = statusOf(order);
  const isPaid = PAID.has(order.paymentStatus);
  const hasLeft = status === 'shipped' || status === 'delivered';
  const attention = counts ? attentionTo(order, status, isPaid) : [];
  return {
    orderId: order.id,
    ...(order.number !== '' && order.number !== order.id && { number: order.number }),
    status,
    statusText:
      [order.status, order.paymentStatus, order.shippingStatus].filter((word) => word !== '').join(', ') || 'open',
    // Shipped goods have left, paid or not.
    ...(!hasLeft && order.paymentStatus !== '' && { paid: isPaid }),
    lines: counts ? linesOf(order.products) : [],
    version: order.updatedAt ?? 0,
    ...(order.createdAt !== null && { placedAt: order.createdAt }),
    ...(attention.length > 0 && { attention: attention.join('. ') }),
  };
}

/** A possible mistake of the merchant in an edit: units were removed from the order and not restocked. */
export function attentionToEdits(edits: readonly EditedProduct[]): string | null {
  const kept = edits.filter(({ before, after, movedStock }) => movedStock === false && after < before);
  if (kept.length === 0) return null;
  const units = kept.map((one) => `${one.before - one.after} x ${nameOf(one)}`).join(', ');
  return `It was edited, and Tiendanube was told not to put back ${units}: they are available again here. Are they there?`;
}

function statusOf(order: TiendanubeOrder): OrderStatus {
  if (order.status === 'cancelled' || order.status === 'canceled') return 'cancelled';
  if (order.status !== 'open' && order.status !== 'closed' && order.status !== '') return 'unknown';
  const way = progressOf(order.shippingStatus);
  if (way !== null) return way;
  return PAID.has(order.paymentStatus) ? 'paid' : 'created';
}

/** One line for each id, in the order of first occurrence; without ids, one for each variant. */
function linesOf(products: readonly OrderProduct[]): readonly OrderLine[] {
  const lines = new Map<string, OrderLine>();
  for (const product of products) {
    const quantity = product.quantity ?? 0;
    if (quantity <= 0) continue;
    const sku = nameOf(product);
    const lineId = product.lineId || `variant:${product.variantId || sku}`;
    lines.set(lineId, { lineId, sku, quantity: quantity + (lines.get(lineId)?.quantity ?? 0) });
  }
  return [...lines.values()];
}

function attentionTo(order: TiendanubeOrder, status: OrderStatus, isPaid: boolean): readonly string[] {
  const said: string[] = [];
  const isUnderway = status === 'created' || status === 'paid' || status === 'ready_to_ship';
  const unclaimed = order.products.filter(({ unclaimed: units }) => units > 0);
  if (isUnderway && unclaimed.length > 0) {
    const units = unclaimed.map((product) => `${product.unclaimed} x ${nameOf(product)}`).join(', ');
    said.push(
      `Tiendanube sold ${units} that it could not take from stock: somebody else bought them at the same moment`,
    );
  }
  const strange = [
    ...(PAYMENT_WORDS.has(order.paymentStatus) ? [] : [`the payment status "${order.paymentStatus}"`]),
    ...(SHIPPING_WORDS.has(order.shippingStatus) ? [] : [`the shipping status "${order.shippingStatus}"`]),
    ...(order.products.some(({ quantity }) => quantity === null) ? ['the quantity of one of its lines'] : []),
  ];
  if (status !== 'cancelled' && strange.length > 0)
    said.push(`${strange.join(' and ')} is not understood; a person has to look`);
  if (isUnderway && order.paymentStatus === 'refunded')
    said.push(
      'Its payment was given back, and it is neither cancelled nor shipped: it counts as sold until it is cancelled',
    );
  if (isUnderway && !isPaid && order.status === 'closed')
    said.push('It was archived without being paid or shipped: it counts as sold until it is cancelled');
  return said;
}
