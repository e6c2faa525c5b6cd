import { variantById } from './catalogueIndex.js';
import { type StoreContext } from './context.js';
import { type OrderLine, type PaymentStatus, type Storefront, type TiendanubeOrder, type Variant } from './state.js';
import { claim, giveBack, shown, type Wanted } from './stock.js';

/** A sale that cannot be made, or a change that Tiendanube does not allow. `status` is the control API's answer. */
export class RefusedChange extends Error {
  constructor(
    readonly status: 400 | 404 | 409,
    message: string,
  ) {
    super(message);
  }
}

export interface SaleLine extends Wanted {
  properties?: string[];
}

export interface Sale {
  lines: SaleLine[];
  payment: PaymentStatus;
  storefront: Storefront;
  customerId: number;
  /** Another shopper took the units during the payment: the sale happens all the same. */
  force?: boolean;
  /** False: takes no units. */
  claims?: boolean;
  appId?: string | null;
}

/** Announces an event of an order, followed by `order/updated` if the setting says so. */
export function tell(context: StoreContext, order: TiendanubeOrder, event: string): void {
  context.announce(event, order.id);
  if (context.settings.updatedToo && event !== 'order/updated' && event !== 'order/created')
    context.announce('order/updated', order.id);
}

const label = (variant: Variant): string => variant.sku ?? `variant ${variant.id}`;

/** Shoppers cannot buy more than they are shown. */
function checkShown(context: StoreContext, lines: readonly SaleLine[]): void {
  const wanted = new Map<Variant, number>();
  for (const { variant, quantity } of lines) wanted.set(variant, (wanted.get(variant) ?? 0) + quantity);
  for (const [variant, quantity] of wanted) {
    const has = shown(variant);
    if (has === null || has >= quantity) continue;
    context.store.refusedShoppers += 1;
    throw new RefusedChange(409, `${context.store.name} shows ${has} of ${label(variant)}: nobody can buy ${quantity}`);
  }
}

/**
 * A shopper buys. The store's own number falls at once or with the payment, by the setting. Throws
 * RefusedChange when too few are shown.
 */
export function sell(context: StoreContext, sale: Sale): TiendanubeOrder {
  const { state, store } = context;
  if (sale.lines.length === 0) throw new RefusedChange(400, 'an order needs at least one line');
  if (sale.lines.some(({ quantity }) => !Number.isInteger(quantity) || quantity < 1))
    throw new RefusedChange(400, 'quantity must be a whole number of at least 1');
  if (!sale.force && sale.claims !== false) checkShown(context, sale.lines);
  const now = Date.now();
  const order: TiendanubeOrder = {
    id: ++state.lastOrderId,
    number: ++store.lastNumber,
    status: 'open',
    paymentStatus: sale.payment,
    shippingStatus: 'unpacked',
    storefront: sale.storefront,
    lines: sale.lines.map((line) => newLine(context, line)),
    editions: [],
    customerId: sale.customerId,
    ownerNote: null,
    cancelReason: null,
    appId: sale.appId ?? null,
    claims: sale.claims !== false,
    createdAt: now,
    updatedAt: now,
    paidAt: sale.payment === 'paid' ? now : null,
    cancelledAt: null,
    closedAt: null,
  };
  store.orders[order.id] = order;
  claimDue(context, order);
  tell(context, order, 'order/created');
  if (sale.payment === 'paid') tell(context, order, 'order/paid');
  return order;
}

function newLine({ state, store }: StoreContext, { variant, quantity, properties = [] }: SaleLine): OrderLine {
  return {
    id: ++state.lastLineId,
    productId: variant.productId,
    variantId: variant.id,
    name: store.products[variant.productId]?.name ?? '',
    sku: variant.sku,
    price: variant.price ?? '0.00',
    quantity,
    properties,
    taken: {},
    unclaimed: 0,
    unmoved: 0,
  };
}

const held = (line: OrderLine): number => Object.values(line.taken).reduce((sum, units) => sum + units, 0);

/** Whether the units of an order are subtracted by now. */
function takes({ settings }: StoreContext, order: TiendanubeOrder): boolean {
  return order.claims && order.status !== 'cancelled' && (settings.stockMovesAt === 'created' || order.paidAt !== null);
}

/** Takes the units that the order's lines do not hold yet; missing units are marked as unclaimed. */
function claimDue(context: StoreContext, order: TiendanubeOrder): void {
  if (!takes(context, order)) return;
  const open = order.lines.flatMap((line) => {
    const variant = variantById(context.store, line.variantId);
    const quantity = line.quantity - held(line) - line.unclaimed - line.unmoved;
    return variant && quantity > 0 ? [{ line, variant, quantity }] : [];
  });
  const claims = claim(context.store, open);
  open.forEach(({ line, variant }, place) => {
    const { taken = {}, short = 0, changes = [] } = claims[place] ?? {};
    for (const [locationId, units] of Object.entries(taken))
      line.taken[locationId] = (line.taken[locationId] ?? 0) + units;
    line.unclaimed += short;
    for (const change of changes) context.note(variant, change, `order ${order.id}`);
    if (changes.length > 0) announceSale(context, variant);
  });
}

function announceSale({ settings, announce }: StoreContext, variant: Variant): void {
  if (settings.productEvents === 'sales' || settings.productEvents === 'both')
    announce('product/updated', variant.productId);
}

function giveUnits(context: StoreContext, order: TiendanubeOrder, line: OrderLine, units: number): void {
  const variant = variantById(context.store, line.variantId);
  if (!variant) return;
  const changes = giveBack(variant, line.taken, units);
  for (const change of changes) context.note(variant, change, `order ${order.id}`);
  if (changes.length > 0) announceSale(context, variant);
}

function touch(order: TiendanubeOrder): void {
  order.updatedAt = Date.now();
}

/** The payment of an order changes. `paid` takes the units, if the setting says so. */
export function setPayment(context: StoreContext, order: TiendanubeOrder, status: PaymentStatus): void {
  if (order.status === 'cancelled' && status === 'paid')
    throw new RefusedChange(409, `order ${order.number} is cancelled`);
  touch(order);
  order.paymentStatus = status;
  if (status === 'paid' && order.paidAt === null) order.paidAt = order.updatedAt;
  claimDue(context, order);
  const own: Partial<Record<PaymentStatus, string>> = {
    paid: 'order/paid',
    pending: 'order/pending',
    voided: 'order/voided',
  };
  tell(context, order, own[status] ?? 'order/updated');
}

/** Ends an order. Without `restock` its units are not returned, which the order does not show. */
export function cancel(context: StoreContext, order: TiendanubeOrder, reason: string, restock: boolean): void {
  if (order.status === 'cancelled') throw new RefusedChange(409, `order ${order.number} is cancelled already`);
  touch(order);
  Object.assign(order, { status: 'cancelled', cancelReason: reason, cancelledAt: order.updatedAt });
  if (restock) {
    for (const line of order.lines) {
      giveUnits(context, order, line, held(line));
      line.unclaimed = 0;
    }
  }
  tell(context, order, 'order/cancelled');
}

/** Re-opens a closed or cancelled order; a cancelled one takes its units again. */
export function reopen(context: StoreContext, order: TiendanubeOrder): void {
  if (order.status === 'open') throw new RefusedChange(409, `order ${order.number} is open`);
  touch(order);
  Object.assign(order, { status: 'open', cancelReason: null, cancelledAt: null, closedAt: null });
  if (context.settings.reopenClaims) claimDue(context, order);
  tell(context, order, 'order/updated');
}

export function close(context: StoreContext, order: TiendanubeOrder): void {
  if (order.status !== 'open') throw new RefusedChange(409, `order ${order.number} is ${order.status}`);
  touch(order);
  Object.assign(order, { status: 'closed', closedAt: order.updatedAt });
  tell(context, order, 'order/updated');
}

export function setShipping(
  context: StoreContext,
  order: TiendanubeOrder,
  status: TiendanubeOrder['shippingStatus'],
): void {
  if (order.status === 'cancelled') throw new RefusedChange(409, `order ${order.number} is cancelled`);
  touch(order);
  order.shippingStatus = status;
  const own = {
    unpacked: 'order/unpacked',
    unshipped: 'order/packed',
    shipped: 'order/fulfilled',
    delivered: 'order/updated',
  } as const;
  tell(context, order, own[status]);
}

export function setNote(context: StoreContext, order: TiendanubeOrder, note: string): void {
  touch(order);
  order.ownerNote = note;
  tell(context, order, 'order/updated');
}

/** One change of an edit: an existing line gets another quantity (0 removes it), or a variant is added. */
export type LineEdit = { lineId: number; quantity: number } | SaleLine;

/**
 * Changes the lines of an order. Without `moveStock` the store's own numbers stay, and only the history of
 * editions shows it.
 */
export function edit(
  context: StoreContext,
  order: TiendanubeOrder,
  edits: readonly LineEdit[],
  moveStock: boolean,
): void {
  if (order.status === 'cancelled') throw new RefusedChange(409, `order ${order.number} is cancelled`);
  if (edits.length === 0) throw new RefusedChange(400, 'what is to be changed?');
  if (edits.some(({ quantity }) => !Number.isInteger(quantity) || quantity < 0))
    throw new RefusedChange(400, 'quantity must be a whole number');
  const taking = takes(context, order);
  const moves = moveStock && taking;
  const changed = edits.map((one) => {
    const line = 'lineId' in one ? findLine(order, one.lineId) : newLine(context, { ...one, quantity: 0 });
    if (!order.lines.includes(line)) order.lines.push(line);
    const before = line.quantity;
    line.quantity = one.quantity;
    if (one.quantity < before) takeOff(context, order, line, before - one.quantity, moves);
    else if (taking && !moveStock) line.unmoved += one.quantity - before;
    return { line, before };
  });
  touch(order);
  if (moves) claimDue(context, order);
  order.editions.push({
    id: ++context.state.lastSmallId,
    at: order.updatedAt,
    lines: changed.map(({ line, before }) => ({
      lineId: line.id,
      productId: line.productId,
      variantId: line.variantId,
      name: line.name,
      sku: line.sku,
      before,
      after: line.quantity,
      movedStock: moves,
    })),
  });
  order.lines = order.lines.filter((line) => line.quantity > 0);
  tell(context, order, 'order/edited');
}

/**
 * Units leave a line: first those that it does not hold, then those that were taken, which return only if
 * stock moves.
 */
function takeOff(context: StoreContext, order: TiendanubeOrder, line: OrderLine, units: number, moves: boolean): void {
  let left = units;
  for (const kind of ['unmoved', 'unclaimed'] as const) {
    const off = Math.min(left, line[kind]);
    line[kind] -= off;
    left -= off;
  }
  if (moves) giveUnits(context, order, line, left);
  else forget(line, left);
}

/** Units that are never returned. */
function forget(line: OrderLine, units: number): void {
  let left = units;
  for (const [locationId, held] of Object.entries(line.taken)) {
    const gone = Math.min(left, held);
    line.taken[locationId] = held - gone;
    left -= gone;
  }
}

function findLine(order: TiendanubeOrder, lineId: number): OrderLine {
  const line = order.lines.find((one) => one.id === lineId);
  if (!line) throw new RefusedChange(404, `order ${order.number} has no line ${lineId}`);
  return line;
}
