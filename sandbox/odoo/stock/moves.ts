import { nowText, roundQuantity, type Env } from '../env.js';
import { userError } from '../errors.js';
import { isStock } from '../locations.js';
import { type MoveLineRow, type MoveRow, type PickingRow, type Ref } from '../rows.js';
import { changeQuantity, holdAnyway, reserve, unreserve } from './quants.js';

/** The input of a new move; the rest is derived. */
export interface NewMove {
  productId: number;
  demand: number;
  locationId: Ref;
  locationDestId: Ref;
  picking?: PickingRow;
  origin?: string | false;
  /** Created by an inventory count; `true` when the count has no name. */
  inventory?: string | true;
  returnedMoveId?: Ref;
  /** A quantity given by the caller: moved regardless of the stock. */
  quantity?: number;
}

export function newMove(env: Env, move: NewMove): MoveRow {
  const row = env.store.insert('stock.move', {
    product_id: move.productId,
    product_uom_qty: roundQuantity(move.demand),
    quantity: 0,
    picked: move.quantity !== undefined,
    state: 'draft',
    origin: move.origin ?? false,
    picking_id: move.picking?.id ?? false,
    picking_type_id: move.picking?.picking_type_id ?? false,
    location_id: move.locationId,
    location_dest_id: move.locationDestId,
    is_inventory: move.inventory !== undefined,
    inventory_name: typeof move.inventory === 'string' ? move.inventory : false,
    origin_returned_move_id: move.returnedMoveId ?? false,
    date: nowText(),
    company_id: 1,
  });
  if (move.quantity === undefined) return row;
  // A quantity that comes with the move holds its units at once, confirmed or not.
  return setState(env, setQuantity(env, row, move.quantity), 'assigned');
}

export function linesOf(env: Env, move: MoveRow): MoveLineRow[] {
  return env.store.by('stock.move.line', 'move_id', move.id);
}

function addLine(env: Env, move: MoveRow, locationId: Ref, quantity: number, reserved: number): void {
  env.store.insert('stock.move.line', {
    move_id: move.id,
    picking_id: move.picking_id,
    product_id: move.product_id,
    location_id: locationId,
    location_dest_id: move.location_dest_id,
    quantity,
    picked: move.picked,
    state: move.state,
    date: nowText(),
    reserved,
    company_id: 1,
  });
}

/**
 * Sets the quantity of a move, free or not: missing units are held all the same, and the free quantity
 * goes below zero.
 */
export function setQuantity(env: Env, move: MoveRow, quantity: number): MoveRow {
  releaseLines(env, move);
  const rounded = roundQuantity(quantity);
  if (isKept(env, move) && move.product_id !== false && move.location_id !== false && rounded > 0) {
    const free = reserve(env, move.product_id, move.location_id, rounded);
    for (const part of free) addLine(env, move, part.locationId, part.quantity, part.quantity);
    const rest = roundQuantity(rounded - free.reduce((sum, part) => sum + part.quantity, 0));
    if (rest > 0) holdAnyway(env, move.product_id, move.location_id, rest);
    if (rest > 0) addLine(env, move, move.location_id, rest, rest);
  } else if (rounded !== 0) addLine(env, move, move.location_id, rounded, 0);
  const updated = env.store.update('stock.move', move.id, { quantity: rounded });
  return isOpen(updated) ? setState(env, updated, stateFor(updated)) : updated;
}

/** Changes the demand; held units stay, and the state follows. */
export function setDemand(env: Env, move: MoveRow, demand: number): MoveRow {
  const changed = env.store.update('stock.move', move.id, { product_uom_qty: roundQuantity(demand) });
  return isOpen(changed) ? setState(env, changed, stateFor(changed)) : changed;
}

/** Executes a move that never waits and reserves nothing: an inventory count. */
export function finishAtOnce(env: Env, move: MoveRow): MoveRow {
  addLine(env, move, move.location_id, move.product_uom_qty, 0);
  return finish(env, env.store.update('stock.move', move.id, { quantity: move.product_uom_qty }));
}

const isOpen = (move: MoveRow): boolean => ['confirmed', 'partially_available', 'assigned'].includes(move.state);

function stateFor(move: MoveRow): MoveRow['state'] {
  return move.quantity >= move.product_uom_qty ? 'assigned' : move.quantity > 0 ? 'partially_available' : 'confirmed';
}

function isKept(env: Env, move: MoveRow): boolean {
  return (
    isStock(env.store.get('stock.location', move.location_id)) &&
    env.store.get('product.product', move.product_id)?.is_storable === true
  );
}

/**
 * Reserves as much as possible: `assigned` with everything, `partially_available` with a part, `confirmed`
 * with nothing.
 */
export function assign(env: Env, move: MoveRow): MoveRow {
  if (move.product_id === false || move.location_id === false || move.state === 'done' || move.state === 'cancel')
    return move;
  const missing = roundQuantity(move.product_uom_qty - move.quantity);
  if (missing > 0 && !move.picked) {
    if (!isKept(env, move)) addLine(env, move, move.location_id, missing, 0);
    else
      for (const held of reserve(env, move.product_id, move.location_id, missing))
        addLine(env, move, held.locationId, held.quantity, held.quantity);
  }
  const quantity = roundQuantity(linesOf(env, move).reduce((sum, line) => sum + line.quantity, 0));
  const updated = env.store.update('stock.move', move.id, { quantity });
  return setState(env, updated, stateFor(updated));
}

function setState(env: Env, move: MoveRow, state: MoveRow['state']): MoveRow {
  for (const line of linesOf(env, move))
    if (line.state !== state) env.store.update('stock.move.line', line.id, { state });
  return env.store.update('stock.move', move.id, { state });
}

function releaseLines(env: Env, move: MoveRow): void {
  for (const line of linesOf(env, move)) {
    if (line.reserved > 0 && line.product_id !== false)
      unreserve(env, line.product_id, line.location_id, line.reserved);
    env.store.delete('stock.move.line', line.id);
  }
}

export function cancel(env: Env, move: MoveRow): MoveRow {
  if (move.state === 'cancel') return move;
  if (move.state === 'done')
    throw userError(
      "You cannot cancel a stock move that has been set to 'Done'. Create a return in order to reverse the moves which took place.",
    );
  releaseLines(env, move);
  return env.store.update('stock.move', move.id, { state: 'cancel', quantity: 0 });
}

/**
 * Executes a move with the quantity that it holds. The reservation is released first, then the units move,
 * each in a separate write, so automations on quants see intermediate values.
 */
export function finish(env: Env, move: MoveRow): MoveRow {
  const product = env.store.get('product.product', move.product_id);
  for (const line of linesOf(env, move)) {
    if (product?.is_storable && line.location_id !== false && line.location_dest_id !== false) {
      if (line.reserved > 0) unreserve(env, product.id, line.location_id, line.reserved);
      changeQuantity(env, product.id, line.location_id, -line.quantity);
      changeQuantity(env, product.id, line.location_dest_id, line.quantity);
    }
    env.store.update('stock.move.line', line.id, { state: 'done', picked: true, reserved: 0, date: nowText() });
  }
  return env.store.update('stock.move', move.id, { state: 'done', picked: true, date: nowText() });
}
