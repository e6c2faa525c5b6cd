import { json } from '../../http/answer.js';
import { variantById } from '../catalogueIndex.js';
import { type Call, type Fields, fieldsOf, type Handler } from '../context.js';
import { envelope, fieldErrors, mixedErrors } from '../errors.js';
import { cancel, close, RefusedChange, reopen, type SaleLine, sell, setNote } from '../orders.js';
import { editionsView, orderView } from '../orderView.js';
import { inTimes, pageAnswer, picked, sinceId } from '../paging.js';
import { type PaymentStatus, type ShippingStatus, type TiendanubeOrder } from '../state.js';
import { orderOf } from './find.js';

const statuses = ['any', 'open', 'closed', 'cancelled'];
/** The filter accepts fewer statuses than orders have. */
const paymentFilters = ['any', 'pending', 'authorized', 'paid', 'abandoned', 'refunded', 'voided'];
const shippingFilters: Record<string, readonly ShippingStatus[]> = {
  any: ['unpacked', 'unshipped', 'shipped', 'delivered'],
  unpacked: ['unpacked'],
  unfulfilled: ['unpacked', 'unshipped'],
  fulfilled: ['shipped', 'delivered'],
};
const reasons = ['customer', 'fraud', 'inventory', 'other'];

const view = (call: Call, inList: boolean) => (order: TiendanubeOrder) =>
  orderView(order, call.store, call.settings, inList);

function filterWord(call: Call, name: string, known: readonly string[]): string {
  const word = call.request.query.get(name) || 'any';
  if (!known.includes(word)) throw fieldErrors({ [name]: [`The selected ${name} is invalid.`] });
  return word;
}

const list: Handler = (call) => {
  const { query } = call.request;
  const status = filterWord(call, 'status', statuses);
  const payment = filterWord(call, 'payment_status', paymentFilters);
  const shipping = shippingFilters[filterWord(call, 'shipping_status', Object.keys(shippingFilters))] ?? [];
  const customers = query.get('customer_ids')?.split(',');
  const channels = query.get('channels')?.split(',');
  const [text, appId] = [query.get('q'), query.get('app_id')];
  const [inTime, since] = [inTimes(call), sinceId(call)];
  const found = Object.values(call.store.orders).filter(
    (order) =>
      (status === 'any' || order.status === status) &&
      (payment === 'any' || order.paymentStatus === payment) &&
      shipping.includes(order.shippingStatus) &&
      (!customers || customers.includes(String(order.customerId))) &&
      (!channels || channels.includes(order.storefront)) &&
      (!text || String(order.number) === text) &&
      (!appId || order.appId === appId) &&
      inTime(order) &&
      since(order),
  );
  if (call.settings.orderSort === 'newest') found.reverse();
  return pageAnswer(call, found, view(call, true), { capped: true });
};

function answer(call: Call, order: TiendanubeOrder, status = 200) {
  return json(status, picked(call, view(call, false)(order)));
}

/** A change that the platform does not allow in this state is answered 422 here. */
function change(call: Call, apply: (order: TiendanubeOrder, fields: Fields) => void) {
  const order = orderOf(call);
  const fields = fieldsOf(call.body ?? {});
  try {
    apply(order, fields);
  } catch (error) {
    if (error instanceof RefusedChange) throw envelope(422, error.message);
    throw error;
  }
  return answer(call, order);
}

const cancelOrder: Handler = (call) =>
  change(call, (order, { reason = 'other', restock = true }) => {
    if (typeof reason !== 'string' || !reasons.includes(reason))
      throw fieldErrors({ reason: ['is not included in the list'] });
    if (typeof restock !== 'boolean') throw fieldErrors({ restock: ['must be true or false'] });
    cancel(call, order, reason, restock);
  });

const update: Handler = (call) =>
  change(call, (order, { owner_note: note, status }) => {
    if (typeof note === 'string') setNote(call, order, note);
    if (status === 'closed' && order.status === 'open') close(call, order);
    if (status === 'open' && order.status === 'closed') reopen(call, order);
  });

/**
 * An order created by an app: takes no units unless it asks to claim them, and then is refused when there
 * are too few.
 */
const create: Handler = (call) => {
  const fields = fieldsOf(call.body);
  if (!Array.isArray(fields.products) || fields.products.length === 0)
    throw fieldErrors({ products: ["can't be blank"] });
  const lines = fields.products.map((line): SaleLine => {
    const { variant_id: variantId, quantity } = fieldsOf(line);
    const variant = variantById(call.store, Number(variantId));
    if (!variant) throw mixedErrors({ products: ['The selected variant is invalid.'] });
    if (!Number.isInteger(Number(quantity)) || Number(quantity) < 1)
      throw mixedErrors({ products: ['The quantity must be at least 1.'] });
    return { variant, quantity: Number(quantity) };
  });
  try {
    const order = sell(call, {
      lines,
      payment: (fields.payment_status as PaymentStatus | undefined) === 'paid' ? 'paid' : 'pending',
      storefront: 'api',
      customerId: 900_001,
      claims: fields.inventory_behaviour === 'claim',
      appId: call.settings.clientId,
    });
    return answer(call, order, 201);
  } catch (error) {
    if (error instanceof RefusedChange) throw envelope(422, error.message);
    throw error;
  }
};

export const orderCalls: Record<string, Handler> = {
  'GET /orders': list,
  'POST /orders': create,
  'GET /orders/:id': (call) => answer(call, orderOf(call)),
  'PUT /orders/:id': update,
  'POST /orders/:id/cancel': cancelOrder,
  'POST /orders/:id/close': (call) => change(call, (order) => close(call, order)),
  'POST /orders/:id/open': (call) => change(call, (order) => reopen(call, order)),
  'GET /orders/:id/history/editions': (call) => json(200, editionsView(orderOf(call))),
};
