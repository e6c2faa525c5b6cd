import { nowText, roundQuantity, withContext, type Env } from '../env.js';
import { missingError, userError } from '../errors.js';
import { type MoveRow, type PickingRow } from '../rows.js';
import { assign, cancel, finish, newMove, setQuantity } from './moves.js';

const closed = ['done', 'cancel'];

export function movesOf(env: Env, picking: PickingRow): MoveRow[] {
  return env.store.by('stock.move', 'picking_id', picking.id);
}

function fresh(env: Env, picking: PickingRow): PickingRow {
  const row = env.store.get('stock.picking', picking.id);
  if (!row) throw missingError('stock.picking', picking.id);
  return row;
}

/** A picking is `assigned` as soon as one line holds a unit, even when that line is only partly available. */
function stateFrom(moves: readonly MoveRow[]): PickingRow['state'] {
  const open = moves.filter((move) => !closed.includes(move.state));
  if (moves.length === 0) return 'draft';
  if (open.length === 0) return moves.every((move) => move.state === 'cancel') ? 'cancel' : 'done';
  if (open.some((move) => move.state === 'draft')) return 'draft';
  return open.some((move) => move.state === 'assigned' || move.state === 'partially_available')
    ? 'assigned'
    : 'confirmed';
}

export function refreshState(env: Env, picking: PickingRow): PickingRow {
  const state = stateFrom(movesOf(env, picking));
  if (state === picking.state) return fresh(env, picking);
  return env.store.update('stock.picking', picking.id, state === 'done' ? { state, date_done: nowText() } : { state });
}

/** Confirms and reserves. A picking without lines stays a draft. */
export function confirm(env: Env, picking: PickingRow): PickingRow {
  if (closed.includes(picking.state)) return picking;
  for (const move of movesOf(env, picking)) if (move.state === 'draft') assign(env, move);
  return refreshState(env, picking);
}

/** Reserves missing units again. */
export function assignPicking(env: Env, picking: PickingRow): void {
  const confirmed = picking.state === 'draft' ? confirm(env, picking) : picking;
  const open = movesOf(env, confirmed).filter((move) => !closed.includes(move.state));
  if (open.length === 0) throw userError('Nothing to check the availability for.');
  for (const move of open) assign(env, move);
  refreshState(env, confirmed);
}

export function unreservePicking(env: Env, picking: PickingRow): void {
  for (const move of movesOf(env, picking)) {
    if (move.state !== 'assigned' && move.state !== 'partially_available') continue;
    env.store.update('stock.move', setQuantity(env, move, 0).id, { state: 'confirmed' });
  }
  refreshState(env, picking);
}

export function cancelPicking(env: Env, picking: PickingRow): void {
  for (const move of movesOf(env, picking)) cancel(env, move);
  if (fresh(env, picking).state !== 'cancel') env.store.update('stock.picking', picking.id, { state: 'cancel' });
}

const nothingToMove =
  "Transfer trouble alert! Validating a zero quantity transfer? You're not moving invisible goods around are you?\nSet some quantities and let's get moving!";
const nothingAtAll = 'You can’t validate an empty transfer. Please add some products to move before proceeding.';

/**
 * `button_validate`: true when all given pickings are done, otherwise the action that Odoo opens for the
 * user, in which case nothing was moved.
 */
export function validate(env: Env, pickings: readonly PickingRow[]): unknown {
  const todo = pickings.filter((picking) => picking.state !== 'done');
  for (const picking of todo.filter((one) => one.state === 'draft')) {
    confirm(env, picking);
    // A draft without stock is shipped in full all the same; only a partly available line keeps its part.
    for (const move of movesOf(env, picking))
      if (move.quantity === 0 && move.product_uom_qty !== 0) setQuantity(env, move, move.product_uom_qty);
  }
  for (const picking of todo) {
    const open = movesOf(env, picking).filter((move) => !closed.includes(move.state));
    if (movesOf(env, picking).every((move) => move.product_uom_qty < 0)) throw userError(nothingAtAll);
    if (open.every((move) => move.quantity <= 0)) throw userError(nothingToMove);
  }
  const short = todo.filter((picking) =>
    movesOf(env, picking).some((move) => move.state !== 'cancel' && move.quantity < move.product_uom_qty),
  );
  const asking = env.context.skip_backorder ? [] : short.filter((picking) => policy(env, picking) === 'ask');
  if (asking.length > 0) {
    for (const picking of todo) markPicked(env, picking);
    return backorderQuestion(env, asking);
  }
  const dropRest = numberList(env.context.picking_ids_not_to_backorder);
  for (const picking of todo)
    ship(env, fresh(env, picking), dropRest.includes(picking.id) || policy(env, picking) === 'never');
  return true;
}

/** The picking type's setting for a rest: `ask` the user, `always` or `never` create a backorder. */
function policy(env: Env, picking: PickingRow): string {
  return env.store.get('stock.picking.type', picking.picking_type_id)?.create_backorder ?? 'ask';
}

/** The question about a backorder already marks available units as picked. */
function markPicked(env: Env, picking: PickingRow): void {
  for (const move of movesOf(env, picking))
    if (!closed.includes(move.state) && move.quantity > 0) env.store.update('stock.move', move.id, { picked: true });
}

function numberList(value: unknown): number[] {
  return Array.isArray(value) ? value.filter((one): one is number => typeof one === 'number') : [];
}

function ship(env: Env, picking: PickingRow, dropRest: boolean): void {
  const rest: Array<{ move: MoveRow; quantity: number }> = [];
  for (const move of movesOf(env, picking)) {
    if (closed.includes(move.state)) continue;
    const missing = roundQuantity(move.product_uom_qty - move.quantity);
    if (missing > 0) rest.push({ move, quantity: missing });
    if (move.quantity <= 0) continue;
    // When the rest is dropped, the line keeps its full demand.
    finish(
      env,
      missing > 0 && !dropRest ? env.store.update('stock.move', move.id, { product_uom_qty: move.quantity }) : move,
    );
  }
  if (rest.length > 0) leaveRest(env, picking, rest, dropRest);
  refreshState(env, picking);
}

/** Unshipped units become a backorder; when the rest is dropped, lines without shipped units are cancelled. */
function leaveRest(
  env: Env,
  picking: PickingRow,
  rest: Array<{ move: MoveRow; quantity: number }>,
  dropRest: boolean,
): void {
  if (dropRest) {
    for (const { move } of rest) if (move.quantity <= 0) cancel(env, move);
    return;
  }
  const target = newBackorder(env, picking);
  for (const { move, quantity } of rest) {
    if (move.quantity <= 0) env.store.update('stock.move', move.id, { picking_id: target.id });
    else {
      const route = { locationId: move.location_id, locationDestId: move.location_dest_id, origin: move.origin };
      newMove(env, { productId: Number(move.product_id), demand: quantity, ...route, picking: target });
    }
  }
  for (const move of movesOf(env, target)) assign(env, move);
  refreshState(env, target);
}

function newBackorder(env: Env, picking: PickingRow): PickingRow {
  const { id, create_date, write_date, ...values } = picking;
  void create_date;
  void write_date;
  return env.store.insert('stock.picking', {
    ...values,
    name: nextName(env, picking.picking_type_id),
    state: 'draft',
    backorder_id: id,
    date_done: false,
  });
}

/** The next free number of a picking type, such as WH/OUT/00012. */
export function nextName(env: Env, typeId: number | false): string {
  const type = env.store.get('stock.picking.type', typeId);
  const warehouse = env.store.get('stock.warehouse', type?.warehouse_id ?? false);
  const prefix = `${warehouse?.code ?? 'WH'}/${type?.sequence_code ?? 'OUT'}/`;
  let number =
    1 +
    env.store
      .all('stock.picking')
      .reduce(
        (last, one) =>
          one.name.startsWith(prefix) ? Math.max(last, Number(one.name.slice(prefix.length)) || 0) : last,
        0,
      );
  while (env.store.countBy('stock.picking', 'name', prefix + String(number).padStart(5, '0'))) number += 1;
  return prefix + String(number).padStart(5, '0');
}

function backorderQuestion(env: Env, pickings: readonly PickingRow[]): unknown {
  const links = pickings.map((picking) => [4, picking.id]);
  return {
    name: 'Create Backorder?',
    type: 'ir.actions.act_window',
    view_mode: 'form',
    res_model: 'stock.backorder.confirmation',
    views: [[0, 'form']],
    view_id: 0,
    target: 'new',
    context: withContext(env, {
      default_show_transfers: pickings.length > 1,
      default_pick_ids: links,
      button_validate_picking_ids: pickings.map((one) => one.id),
    }).context,
  };
}
