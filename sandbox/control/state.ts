import { type FalabellaSettings } from '../settings.js';
import { available, availableIn, reserved } from '../falabella/stock.js';
import { type FalabellaOrder, type FalabellaState, type Feed } from '../falabella/state.js';
import { type Env } from '../odoo/env.js';
import { type MoveRow, type PickingRow, type ProductRow } from '../odoo/rows.js';
import { computed } from '../odoo/computed.js';
import { type TiendanubeSandboxState } from './tiendanube/state.js';

export interface ProductState {
  sku: string;
  id: number;
  name: string;
  onHand: number;
  free: number;
  reserved: number;
}

interface MoveState {
  id: number;
  sku: string;
  demand: number;
  quantity: number;
  state: string;
  reference: string | false;
  picking: string | null;
  from: string;
  to: string;
}

interface PickingState {
  id: number;
  name: string;
  origin: string | false;
  type: string;
  state: string;
  backorderOf: string | null;
  lines: Array<{ sku: string; demand: number; quantity: number; state: string }>;
}

interface ListingState {
  sku: string;
  /** Units of the seller's own stock that a shopper could buy. */
  available: number;
  /** The pushed number, and the sales since then. */
  quantity: number;
  reserved: number;
  fulfilled: number;
  warehouses: Array<{ facility: string; available: number; quantity: number; reserved: number }>;
}

export interface OrderState {
  id: number;
  number: string;
  createdAt: string;
  updatedAt: string;
  items: Array<{ id: number; sku: string; status: string; fulfilled: boolean; visible: boolean }>;
}

export interface SandboxState {
  odoo: { products: ProductState[]; pickings: PickingState[]; moves: MoveState[] };
  falabella: {
    stock: ListingState[];
    orders: OrderState[];
    feeds: Feed[];
    hooks: Array<{ id: string; events: string[] }>;
    outbox: number;
  };
  tiendanube: TiendanubeSandboxState;
  /** The number of calls of each kind. */
  calls: Record<string, number>;
}

/** The state of both sides, for tests to compare with. With a SKU: only the state of that SKU. */
export function describeOdoo(env: Env, sku?: string): SandboxState['odoo'] {
  const products =
    sku === undefined ? env.store.all('product.product') : env.store.by('product.product', 'default_code', sku);
  const ids = new Set(products.map((product) => product.id));
  const moves = (
    sku === undefined
      ? env.store.all('stock.move')
      : products.flatMap((product) => env.store.by('stock.move', 'product_id', product.id))
  ).sort((a, b) => a.id - b.id);
  const pickings = env.store
    .all('stock.picking')
    .map((picking) => describePicking(env, picking))
    .filter((picking) => sku === undefined || picking.lines.some((line) => line.sku === sku))
    .sort((a, b) => a.id - b.id);
  return {
    products: products.map((product) => describeProduct(env, product)),
    pickings,
    moves: moves.filter((move) => ids.has(Number(move.product_id))).map((move) => describeMove(env, move)),
  };
}

function describeProduct(env: Env, product: ProductRow): ProductState {
  const onHand = computed.onHand(env, product);
  const free = computed.free(env, product);
  return { sku: product.default_code || '', id: product.id, name: product.name, onHand, free, reserved: onHand - free };
}

function skuOf(env: Env, move: MoveRow): string {
  return env.store.get('product.product', move.product_id)?.default_code || '';
}

function describeMove(env: Env, move: MoveRow): MoveState {
  return {
    id: move.id,
    sku: skuOf(env, move),
    demand: move.product_uom_qty,
    quantity: move.quantity,
    state: move.state,
    reference: computed.referenceOfMove(env, move),
    picking: env.store.get('stock.picking', move.picking_id)?.name ?? null,
    from: env.store.get('stock.location', move.location_id)?.complete_name ?? '',
    to: env.store.get('stock.location', move.location_dest_id)?.complete_name ?? '',
  };
}

function describePicking(env: Env, picking: PickingRow): PickingState {
  return {
    id: picking.id,
    name: picking.name,
    origin: picking.origin,
    type: env.store.get('stock.picking.type', picking.picking_type_id)?.code ?? '',
    state: picking.state,
    backorderOf: env.store.get('stock.picking', picking.backorder_id)?.name ?? null,
    lines: env.store.by('stock.move', 'picking_id', picking.id).map((move) => ({
      sku: skuOf(env, move),
      demand: move.product_uom_qty,
      quantity: move.quantity,
      state: move.state,
    })),
  };
}

export function describeFalabella(
  state: FalabellaState,
  settings: FalabellaSettings,
  sku?: string,
): SandboxState['falabella'] {
  const stock = Object.values(state.products)
    .filter((product) => sku === undefined || product.sku === sku)
    .map((product) => ({
      sku: product.sku,
      available: available(product, settings),
      quantity: Object.values(product.warehouses).reduce((sum, one) => sum + one.quantity, 0),
      reserved: reserved(product),
      fulfilled: product.fulfilled,
      warehouses: Object.entries(product.warehouses).map(([facility, one]) => ({
        facility,
        available: availableIn(one, settings),
        ...one,
      })),
    }));
  return {
    stock,
    orders: state.orders
      .filter((order) => sku === undefined || order.items.some((item) => item.sku === sku))
      .map(describeOrder),
    feeds: state.feeds.filter((feed) => sku === undefined || feed.records.some((record) => record.sku === sku)),
    hooks: state.hooks.map(({ id, events }) => ({ id, events })),
    outbox: state.outbox.length,
  };
}

export function describeOrder(order: FalabellaOrder): OrderState {
  const now = Date.now();
  return {
    id: order.id,
    number: order.number,
    createdAt: new Date(order.createdAt).toISOString(),
    updatedAt: new Date(order.updatedAt).toISOString(),
    items: order.items.map((item) => ({
      id: item.id,
      sku: item.sku,
      status: item.status,
      fulfilled: item.fulfilled,
      visible: item.visibleFrom <= now,
    })),
  };
}
