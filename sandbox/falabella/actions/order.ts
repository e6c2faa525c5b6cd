import { type Action, type ActionContext, answer, page, required } from '../context.js';
import { bodyTime, filterTime } from '../dates.js';
import { type Tree } from '../envelope.js';
import { sellerError } from '../errors.js';
import { orderById } from '../orderIndex.js';
import { spelled } from '../orders.js';
import { facilities, type FalabellaOrder, mainFacility, type OrderItem } from '../state.js';

function shippingType(item: OrderItem, context: ActionContext): string {
  return item.fulfilled ? context.settings.fbfShippingType : 'Dropshipping';
}

function visible(order: FalabellaOrder): OrderItem[] {
  const now = Date.now();
  return order.items.filter((item) => item.visibleFrom <= now);
}

function statusesOf(order: FalabellaOrder, context: ActionContext): string[] {
  return [...new Set(order.items.map((item) => spelled(item.status, context.settings)))];
}

function orderTree(order: FalabellaOrder, context: ActionContext): Tree {
  const total = order.items.reduce((sum, item) => sum + item.price, 0).toFixed(2);
  const [first] = order.items;
  const facility = facilities.find(({ id }) => id === first?.facility) ?? mainFacility;
  const base = {
    OrderId: order.id,
    OrderNumber: order.number,
    CustomerFirstName: 'Cliente',
    CustomerLastName: 'De Prueba',
    PaymentMethod: 'TarjetaDePrueba',
    Price: total,
    GrandTotal: total,
    CreatedAt: bodyTime(order.createdAt, context.settings.utcOffsetMinutes),
    UpdatedAt: bodyTime(order.updatedAt, context.settings.utcOffsetMinutes),
    ItemsCount: context.settings.itemsCount === 'all' ? order.items.length : visible(order).length,
    PromisedShippingTime: bodyTime(order.createdAt + 86_400_000, context.settings.utcOffsetMinutes),
    ExtraAttributes: '{}',
    Statuses: { Status: statusesOf(order, context) },
    ShippingType: first ? shippingType(first, context) : 'Dropshipping',
    OperatorCode: 'facl',
  };
  const sellerId = context.settings.sellerWarehouseIds ? facility.sellerId : '';
  return context.version === '2.0'
    ? { ...base, Warehouse: { SellerWarehouseId: sellerId, FacilityId: facility.id } }
    : base;
}

function itemTree(item: OrderItem, order: FalabellaOrder, context: ActionContext): Tree {
  const price = item.price.toFixed(2);
  const filled = (text: string): string => (Date.now() < item.createdAt + context.settings.lateFieldsMs ? '' : text);
  return {
    OrderItemId: item.id,
    ShopId: item.id + 10_000_000,
    OrderId: order.id,
    OrderNumber: order.number,
    Name: item.name,
    Sku: item.sku,
    ShopSku: item.shopSku,
    Variation: '',
    ShippingType: filled(shippingType(item, context)),
    ItemPrice: price,
    PaidPrice: price,
    Currency: 'CLP',
    ShippingAmount: '0.00',
    Status: spelled(item.status, context.settings),
    IsProcessable: item.status === 'pending' ? 1 : 0,
    TrackingCode: item.status === 'pending' ? '' : `TRK${item.id}`,
    PackageId: filled(item.packageId),
    PurchaseOrderId: '',
    Reason: item.reason,
    ReasonDetail: '',
    ExtraAttributes: '',
    CreatedAt: bodyTime(item.createdAt, context.settings.utcOffsetMinutes),
    UpdatedAt: bodyTime(item.updatedAt, context.settings.utcOffsetMinutes),
  };
}

const statusFilters = ['pending', 'canceled', 'ready_to_ship', 'delivered', 'returned', 'shipped', 'failed'];
const shippingFilters: Record<string, (item: OrderItem) => boolean> = {
  dropshipping: (item) => !item.fulfilled,
  own_warehouse: (item) => item.fulfilled,
  cross_docking: () => false,
};

/** In version 1.0 an order counts as updated when one of its items was; in 2.0 by its own time. */
function updatedAt(order: FalabellaOrder, context: ActionContext): number {
  return context.version === '2.0'
    ? order.updatedAt
    : Math.max(order.createdAt, ...order.items.map((item) => item.updatedAt));
}

const getOrders: Action = (context) => {
  const { parameters, settings } = context;
  const time = (name: string): number | null => {
    const text = parameters.get(name);
    return text === undefined || text === '' ? null : filterTime(text, settings);
  };
  const [createdAfter, updatedAfter, createdBefore, updatedBefore] = [
    time('CreatedAfter'),
    time('UpdatedAfter'),
    time('CreatedBefore'),
    time('UpdatedBefore'),
  ];
  if (createdAfter === null && updatedAfter === null) throw sellerError(18);
  // The text of the documentation says 100, the table of version 2.0 says 1000.
  const { limit, offset } = page(context, context.version === '2.0' ? 1000 : 100, 1000);
  const status = parameters.get('Status');
  if (status && !statusFilters.includes(status)) throw sellerError(36);
  const shipping = parameters.get('ShippingType');
  const ships = shipping ? shippingFilters[shipping] : undefined;
  const found = context.state.orders.filter(
    (order) =>
      (createdAfter === null || order.createdAt >= createdAfter) &&
      (createdBefore === null || order.createdAt <= createdBefore) &&
      (updatedAfter === null || updatedAt(order, context) >= updatedAfter) &&
      (updatedBefore === null || updatedAt(order, context) <= updatedBefore) &&
      (!status || order.items.some((item) => item.status === status)) &&
      (!ships || order.items.some(ships)),
  );
  const sorted = sort(found, context);
  return answer(
    context,
    'Orders',
    { Orders: { Order: sorted.slice(offset, offset + limit).map((order) => orderTree(order, context)) } },
    { TotalCount: sorted.length },
  );
};

function sort(orders: FalabellaOrder[], context: ActionContext): FalabellaOrder[] {
  const by = context.parameters.get('SortBy') || 'created_at';
  const direction = (context.parameters.get('SortDirection') || 'ASC').toUpperCase();
  if (by !== 'created_at' && by !== 'updated_at') throw sellerError(75);
  if (direction !== 'ASC' && direction !== 'DESC') throw sellerError(74);
  const key = context.version === '2.0' || by === 'updated_at' ? 'updatedAt' : 'createdAt';
  const sign = direction === 'DESC' && context.settings.sortDirection === 'heeded' ? -1 : 1;
  return [...orders].sort((a, b) => sign * (a[key] - b[key] || a.id - b.id));
}

function orderOf(context: ActionContext, id: string): FalabellaOrder {
  const order = orderById(context.state, id);
  if (!order) throw sellerError(16, id);
  return order;
}

const getOrder: Action = (context) => {
  const order = orderOf(context, required(context, 'OrderId'));
  return answer(context, 'Order', { Orders: { Order: [orderTree(order, context)] } });
};

const getOrderItems: Action = (context) => {
  const order = orderOf(context, required(context, 'OrderId'));
  return answer(context, 'OrderItems', {
    OrderItems: { OrderItem: visible(order).map((item) => itemTree(item, order, context)) },
  });
};

const getMultipleOrderItems: Action = (context) => {
  const text = context.parameters.get('OrderIdList') ?? context.parameters.get('OrdersIdList');
  if (!text) throw sellerError(1, 'OrderIdList');
  const match = /^\[\s*(.*?)\s*\]$/.exec(text);
  if (!match) throw sellerError(56);
  const ids = (match[1] ?? '').split(',').map((id) => id.trim().replace(/^"(.*)"$/, '$1'));
  if (ids.some((id) => !/^\d+$/.test(id))) throw sellerError(37);
  if (ids.length > 100) throw sellerError(38);
  const orders = [...new Set(ids)].map((id) => orderById(context.state, id)).filter((order) => order !== undefined);
  if (orders.length === 0) throw sellerError(39);
  const trees = orders.map((order) => ({
    OrderId: order.id,
    OrderNumber: order.number,
    OrderItems: { OrderItem: visible(order).map((item) => itemTree(item, order, context)) },
  }));
  return answer(context, 'Orders', { Orders: { Order: trees } });
};

export const orderActions: Record<string, Action> = {
  GetOrders: getOrders,
  GetOrder: getOrder,
  GetOrderItems: getOrderItems,
  GetMultipleOrderItems: getMultipleOrderItems,
};
