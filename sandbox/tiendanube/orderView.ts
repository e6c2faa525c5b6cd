import { timeText } from './ids.js';
import { type TiendanubeSettings } from './settings.js';
import { type OrderLine, type Store, type TiendanubeOrder } from './state.js';

/** In lists, ids of variants, quantities and the store's id may be text; elsewhere they are numbers. */
function scalar(value: number, inList: boolean, { orderScalars }: TiendanubeSettings): number | string {
  return orderScalars === 'text' || (orderScalars === 'mixed' && inList) ? String(value) : value;
}

function lineView(line: OrderLine, inList: boolean, settings: TiendanubeSettings): Record<string, unknown> {
  return {
    id: line.id,
    product_id: line.productId,
    variant_id: scalar(line.variantId, inList, settings),
    name: line.name,
    price: line.price,
    compare_at_price: line.price,
    quantity: scalar(line.quantity, inList, settings),
    free_shipping: false,
    weight: '0.500',
    sku: line.sku,
    barcode: null,
    variant_values: [],
    properties: line.properties.map((value) => ({ name: 'Dedicatoria', value })),
    image: null,
    issues: line.unclaimed > 0 ? { unclaimed_stock: line.unclaimed } : {},
  };
}

const address = {
  name: 'Cliente De Prueba',
  address: 'Calle Falsa',
  number: '123',
  city: 'Springfield',
  zipcode: '1000',
  country: 'AR',
};

/** An order in the API's form. The people in it are invented. */
export function orderView(
  order: TiendanubeOrder,
  store: Store,
  settings: TiendanubeSettings,
  inList: boolean,
): Record<string, unknown> {
  const total = order.lines.reduce((sum, line) => sum + Number(line.price) * line.quantity, 0).toFixed(2);
  const contact = {
    name: 'Cliente De Prueba',
    email: `cliente-${order.customerId}@example.com`,
    phone: '+541100000000',
    identification: '20000000001',
  };
  return {
    id: order.id,
    token: `t${order.id}`,
    store_id: scalar(store.id, inList, settings),
    number: order.number,
    contact_name: contact.name,
    contact_email: contact.email,
    contact_phone: contact.phone,
    contact_identification: contact.identification,
    customer: { id: order.customerId, ...contact },
    shipping_address: address,
    billing_name: contact.name,
    billing_address: address.address,
    subtotal: total,
    discount: '0.00',
    total,
    currency: 'ARS',
    language: 'es',
    gateway: 'offline',
    storefront: order.storefront,
    note: '',
    owner_note: order.ownerNote,
    app_id: order.appId,
    products: order.lines.map((line) => lineView(line, inList, settings)),
    status: order.status,
    payment_status: order.paymentStatus,
    shipping_status: order.shippingStatus,
    cancel_reason: order.cancelReason,
    fulfillments: [],
    created_at: timeText(order.createdAt),
    updated_at: timeText(order.updatedAt),
    completed_at: {
      date: new Date(order.createdAt).toISOString().slice(0, 19).replace('T', ' ') + '.000000',
      timezone_type: 3,
      timezone: 'UTC',
    },
    paid_at: optional(order.paidAt),
    cancelled_at: optional(order.cancelledAt),
    closed_at: optional(order.closedAt),
    shipped_at: null,
  };
}

const optional = (at: number | null): string | null => (at === null ? null : timeText(at));

/** The changes of an order's lines, edit by edit. The form is our reading: the documentation shows none. */
export function editionsView(order: TiendanubeOrder): unknown[] {
  return order.editions.map((edition) => ({
    id: edition.id,
    order_id: order.id,
    created_at: timeText(edition.at),
    products: edition.lines.map((line) => ({
      id: line.lineId,
      product_id: line.productId,
      variant_id: line.variantId,
      name: line.name,
      sku: line.sku,
      old_quantity: line.before,
      new_quantity: line.after,
      modified_stock: line.movedStock,
    })),
  }));
}
