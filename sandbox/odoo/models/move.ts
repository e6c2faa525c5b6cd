import { type Env } from '../env.js';
import { missingError, userError } from '../errors.js';
import { type MoveRow } from '../rows.js';
import { linesOf, newMove, setDemand, setQuantity } from '../stock/moves.js';
import { refreshState } from '../stock/pickings.js';
import { type Behaviour, idOr, textOr } from './method.js';

function refreshPicking(env: Env, move: MoveRow): void {
  const picking = env.store.get('stock.picking', move.picking_id);
  if (picking) refreshState(env, picking);
}

function setPicked(env: Env, move: MoveRow, picked: boolean): void {
  for (const line of linesOf(env, move)) env.store.update('stock.move.line', line.id, { picked });
  env.store.update('stock.move', move.id, { picked });
}

export const moveBehaviour: Behaviour = {
  create(env, values) {
    const productId = Number(values.product_id);
    if (!env.store.get('product.product', productId)) throw missingError('product.product', productId);
    const picking = env.store.get('stock.picking', idOr(values.picking_id, false));
    const move = newMove(env, {
      productId,
      demand: typeof values.product_uom_qty === 'number' ? values.product_uom_qty : 0,
      locationId: idOr(values.location_id, picking?.location_id ?? false),
      locationDestId: idOr(values.location_dest_id, picking?.location_dest_id ?? false),
      origin: textOr(values.origin, false as const),
      ...(picking ? { picking } : {}),
    });
    refreshPicking(env, move);
    return move;
  },
  write(env, record, values) {
    let move = record as MoveRow;
    const { quantity, picked, product_uom_qty: demand, ...rest } = values;
    if (move.state === 'done' && (typeof quantity === 'number' || typeof demand === 'number'))
      throw userError('The sandbox does not change transfers that are done.');
    if (Object.keys(rest).length > 0) move = env.store.update('stock.move', move.id, rest);
    if (typeof demand === 'number') move = setDemand(env, move, demand);
    if (typeof quantity === 'number') move = setQuantity(env, move, quantity);
    if (typeof picked === 'boolean') setPicked(env, move, picked);
    refreshPicking(env, move);
  },
};
