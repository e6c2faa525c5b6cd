import { type Env } from '../env.js';
import { userError, validationError } from '../errors.js';
import { type QuantRow } from '../rows.js';
import { applyCounts, count, noteCount, touch } from '../stock/inventory.js';
import { newQuant, quantFor, tidyQuants } from '../stock/quants.js';
import { type Behaviour, type Values } from './method.js';

function place(env: Env, values: Values): { productId: number; locationId: number } {
  const productId = Number(values.product_id);
  const locationId = Number(values.location_id);
  const product = env.store.get('product.product', productId);
  if (!product || !env.store.get('stock.location', locationId))
    throw validationError('The operation cannot be completed: a product and a location are mandatory.');
  if (!product.is_storable) throw validationError('Quants cannot be created for consumables or services.');
  return { productId, locationId };
}

function absolute(env: Env, quant: QuantRow, values: Values): QuantRow {
  const now = values.inventory_quantity_auto_apply;
  if (typeof now === 'number') {
    const changes = now !== quant.quantity;
    count(env, quant, now);
    if (changes) touch(env, quant);
  } else if (typeof values.inventory_quantity === 'number') noteCount(env, quant, values.inventory_quantity);
  return env.store.get('stock.quant', quant.id) ?? quant;
}

export const quantBehaviour: Behaviour = {
  create(env, values) {
    const { productId, locationId } = place(env, values);
    const counts = 'inventory_quantity' in values || 'inventory_quantity_auto_apply' in values;
    if (counts && env.context.inventory_mode === true)
      return absolute(env, quantFor(env, productId, locationId), values);
    // Outside the inventory mode the count is ignored: an empty quant is created beside the others.
    return newQuant(env, productId, locationId, typeof values.quantity === 'number' ? values.quantity : 0);
  },
  write(env, record, values) {
    const quant = record as QuantRow;
    if ('inventory_quantity' in values || 'inventory_quantity_auto_apply' in values) absolute(env, quant, values);
    else throw userError('Quant quantities are changed by moves and inventory counts only.');
  },
  methods: {
    action_view_inventory: {
      kind: 'model',
      parameters: [],
      run: ({ env }) => {
        tidyQuants(env);
        return {
          name: 'Physical Inventory',
          type: 'ir.actions.act_window',
          res_model: 'stock.quant',
          view_mode: 'list,kanban',
          views: [[false, 'list']],
          context: env.context,
          help: '',
          domain: [['location_id.usage', 'in', ['internal', 'transit']]],
        };
      },
    },
    action_apply_inventory: {
      kind: 'records',
      parameters: [{ name: 'date' }],
      run: ({ env, records }) => applyCounts(env, records as QuantRow[]),
    },
  },
};
