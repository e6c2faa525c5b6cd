import { roundQuantity, type Env } from '../env.js';
import { type QuantRow } from '../rows.js';
import { finishAtOnce, newMove } from './moves.js';

/**
 * Counts a quant: sets its quantity to `quantity` by a done move of the difference from or to the
 * adjustment location. Without a difference there is no move, but the quant is written all the same, so
 * that automations fire.
 */
export function count(env: Env, quant: QuantRow, quantity: number): void {
  const difference = roundQuantity(quantity - quant.quantity);
  if (difference === 0) {
    touch(env, quant);
    return;
  }
  const adjustment = env.store.all('stock.location').find((location) => location.usage === 'inventory');
  if (!adjustment || quant.product_id === false) return;
  const name = env.context.inventory_name;
  const move = newMove(env, {
    productId: quant.product_id,
    demand: Math.abs(difference),
    locationId: difference > 0 ? adjustment.id : quant.location_id,
    locationDestId: difference > 0 ? quant.location_id : adjustment.id,
    inventory: typeof name === 'string' && name !== '' ? name : true,
  });
  finishAtOnce(env, move);
}

/** A write that changes nothing: Odoo makes several around a count, and automations fire for each. */
export function touch(env: Env, quant: QuantRow): void {
  const { quantity } = env.store.get('stock.quant', quant.id) ?? quant;
  env.store.update('stock.quant', quant.id, { quantity });
}

/** The first half of a count in two steps: records the count, changes no stock. */
export function noteCount(env: Env, quant: QuantRow, counted: number): QuantRow {
  touch(env, quant);
  return env.store.update('stock.quant', quant.id, {
    inventory_quantity: counted,
    inventory_quantity_set: true,
    inventory_diff_quantity: roundQuantity(counted - quant.quantity),
  });
}

/**
 * The second half. If stock moved since the count, nothing is applied and the conflict is returned; null
 * otherwise. Applying twice counts zero: the count is cleared after the first time, and an empty count
 * means zero.
 */
export function applyCounts(env: Env, quants: readonly QuantRow[]): unknown {
  const outdated = quants.filter(
    (quant) =>
      quant.inventory_quantity_set &&
      roundQuantity(quant.inventory_quantity - quant.quantity) !== quant.inventory_diff_quantity,
  );
  if (outdated.length > 0) return conflict(quants, outdated);
  for (const quant of quants) {
    const counted = quant.inventory_quantity;
    count(env, quant, counted);
    env.store.update('stock.quant', quant.id, {
      inventory_quantity: 0,
      inventory_quantity_set: false,
      inventory_diff_quantity: 0,
    });
  }
  return null;
}

function conflict(quants: readonly QuantRow[], outdated: readonly QuantRow[]): unknown {
  return {
    name: 'Conflict in Inventory Adjustment',
    type: 'ir.actions.act_window',
    view_mode: 'form',
    views: [[false, 'form']],
    res_model: 'stock.inventory.conflict',
    target: 'new',
    context: {
      default_quant_ids: quants.map((quant) => quant.id),
      default_quant_to_fix_ids: outdated.map((quant) => quant.id),
    },
  };
}
