import { type FalabellaSettings } from '../settings.js';
import { findOrder } from './orderIndex.js';
import { facilities, type FalabellaOrder, type FalabellaState, mainFacility, newId, type OrderItem } from './state.js';
import { available, availableIn, deductUnit, returnUnit, takeUnit } from './stock.js';

/** A sale that cannot be made, or a change of an order that Falabella does not allow. `status` is what the control API answers. */
export class RefusedOrder extends Error {
  constructor(
    readonly status: 400 | 404 | 409,
    message: string,
  ) {
    super(message);
  }
}

export interface SaleLine {
  sku: string;
  quantity: number;
  /** Fulfilled by Falabella, from its own stock. */
  fulfilled?: boolean;
  facility?: string;
}

export interface Sale {
  lines: SaleLine[];
  /** The shopper's number; made when not given. A number of digits alone becomes the order id too. */
  id?: string;
  /** Sell although the number shown is too small. */
  force?: boolean;
  /** The items are shown this many milliseconds after the order. */
  lateMs?: number;
}

/** The next id that nobody has, and whose number nobody has either. */
function nextOrderId(state: FalabellaState): number {
  do state.lastOrderId += 1;
  while (findOrder(state, String(state.lastOrderId)) ?? findOrder(state, `FAL-${state.lastOrderId}`));
  return state.lastOrderId;
}

/** A shopper buys: Falabella's own number falls, and there is one item per unit. */
export function sell(state: FalabellaState, settings: FalabellaSettings, sale: Sale): FalabellaOrder {
  checkSale(state, settings, sale);
  const now = Date.now();
  const ownId = sale.id !== undefined && /^\d{1,12}$/.test(sale.id) ? Number(sale.id) : nextOrderId(state);
  const order: FalabellaOrder = {
    id: ownId,
    number: sale.id ?? `FAL-${ownId}`,
    createdAt: now,
    updatedAt: now,
    items: [],
    lastBody: null,
  };
  addItems(state, settings, order, sale.lines, now + (sale.lateMs ?? settings.lateItemsMs));
  state.orders.push(order);
  return order;
}

/** Units that come to an order after it was made. */
export function addToOrder(
  state: FalabellaState,
  settings: FalabellaSettings,
  order: FalabellaOrder,
  lines: SaleLine[],
  force: boolean,
): void {
  checkSale(state, settings, { lines, force });
  order.updatedAt = Date.now();
  addItems(state, settings, order, lines, 0);
}

function checkSale(state: FalabellaState, settings: FalabellaSettings, sale: Sale): void {
  if (sale.lines.length === 0) throw new RefusedOrder(400, 'an order needs at least one line');
  const wanted = new Map<string, number>();
  for (const line of sale.lines) {
    const product = state.products[line.sku];
    if (!product) throw new RefusedOrder(404, `Falabella does not sell ${line.sku}`);
    if (!Number.isInteger(line.quantity) || line.quantity < 1)
      throw new RefusedOrder(400, 'quantity must be a whole number of at least 1');
    if (line.facility !== undefined && !product.warehouses[line.facility])
      throw new RefusedOrder(400, `no warehouse ${line.facility}`);
    const key = `${line.fulfilled ? 'fbf' : 'own'}/${line.sku}`;
    const total = (wanted.get(key) ?? 0) + line.quantity;
    wanted.set(key, total);
    const has = line.fulfilled ? product.fulfilled : available(product, settings);
    if (total > has && !sale.force)
      throw new RefusedOrder(409, `Falabella shows ${has} of ${line.sku}: nobody can buy ${total}`);
  }
}

function addItems(
  state: FalabellaState,
  settings: FalabellaSettings,
  order: FalabellaOrder,
  lines: SaleLine[],
  visibleFrom: number,
): void {
  const now = Date.now();
  const packageId = `PKG${order.id}-${newId().slice(0, 8)}`;
  for (const line of lines) {
    const product = state.products[line.sku];
    if (!product) continue;
    for (let unit = 0; unit < line.quantity; unit += 1) {
      const facility =
        line.facility ??
        facilities.find(({ id }) => availableIn(product.warehouses[id] ?? { quantity: 0, reserved: 0 }, settings) > 0)
          ?.id ??
        mainFacility.id;
      const common = {
        sku: product.sku,
        shopSku: product.shopSku,
        name: product.name,
        price: product.price,
        status: 'pending',
        createdAt: now,
        updatedAt: now,
        visibleFrom,
        reason: '',
        packageId,
      };
      const takenAs = line.fulfilled ? 'quantity' : takeUnit(product, facility, settings);
      if (line.fulfilled) product.fulfilled -= 1;
      order.items.push({
        ...common,
        id: ++state.lastItemId,
        fulfilled: line.fulfilled === true,
        facility: line.fulfilled ? '' : facility,
        takenAs,
      });
    }
  }
}

/** Which items of an order a change is about: all of them, the given ids, or so many units of a SKU. */
export interface Selection {
  itemIds?: number[];
  sku?: string;
  quantity?: number;
}

function selected(order: FalabellaOrder, selection: Selection, from: readonly string[]): OrderItem[] {
  const fitting = order.items.filter(
    (item) =>
      from.includes(item.status) &&
      (!selection.itemIds || selection.itemIds.includes(item.id)) &&
      (!selection.sku || item.sku === selection.sku),
  );
  return selection.quantity === undefined ? fitting : fitting.slice(0, selection.quantity);
}

/** Statuses an item may come from; the real one has no way back either. */
const transitions: Record<string, readonly string[]> = {
  canceled: ['pending'],
  ready_to_ship: ['pending'],
  shipped: ['pending', 'ready_to_ship'],
  delivered: ['shipped'],
  failed: ['shipped'],
  return_shipped_by_customer: ['delivered', 'failed'],
  return_waiting_for_approval: ['return_shipped_by_customer', 'delivered'],
  return_rejected: ['return_waiting_for_approval'],
  returned: ['return_waiting_for_approval', 'return_shipped_by_customer', 'delivered', 'failed', 'shipped'],
};

/** The flow page of the documentation spells some statuses in its own way. */
const flowSpelling: Record<string, string> = {
  return_shipped_by_customer: 'return_ship_by_customer',
  return_waiting_for_approval: 'return_awaiting_for_approval',
  return_rejected: 'returned_rejected',
  failed: 'failed_delivery',
};

/** A status as Falabella writes it in the spelling in force. */
export function spelled(status: string, settings: FalabellaSettings): string {
  return settings.postSaleSpelling === 'flow' ? (flowSpelling[status] ?? status) : status;
}

/** Moves items on. Returns those that changed; throws when none could. */
export function changeStatus(
  state: FalabellaState,
  settings: FalabellaSettings,
  order: FalabellaOrder,
  status: string,
  selection: Selection,
  reason = '',
): OrderItem[] {
  const from = transitions[status];
  if (!from) throw new RefusedOrder(400, `unknown status ${status}: one of ${Object.keys(transitions).join(', ')}`);
  const items = selected(order, selection, from);
  if (items.length === 0) throw new RefusedOrder(409, `no item of ${order.number} can become ${status} now`);
  const now = Date.now();
  for (const item of items) {
    const product = state.products[item.sku];
    if (product && item.fulfilled && status === 'canceled') product.fulfilled += 1;
    if (product && !item.fulfilled && item.status === 'pending') {
      if (status === 'canceled') returnUnit(product, item, settings);
      else deductUnit(product, item);
    }
    Object.assign(item, { status, updatedAt: now, reason });
  }
  order.updatedAt = now;
  return items;
}

/** Units per SKU of the seller's own stock, as the simple webhook lists them: without cancelled ones, unless all of them are. */
export function productsOf(order: FalabellaOrder): Array<{ sku: string; quantity: number; price: number }> {
  const lines = new Map<string, { sku: string; quantity: number; price: number }>();
  const own = order.items.filter((item) => !item.fulfilled);
  const live = own.filter((item) => item.status !== 'canceled');
  for (const item of live.length > 0 ? live : own) {
    const line = lines.get(item.sku) ?? { sku: item.sku, quantity: 0, price: item.price };
    line.quantity += 1;
    lines.set(item.sku, line);
  }
  return [...lines.values()];
}
