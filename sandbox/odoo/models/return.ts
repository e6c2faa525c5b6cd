import { nowText, type Env } from '../env.js';
import { userError } from '../errors.js';
import { type PickingRow, type ReturnLineRow, type ReturnRow } from '../rows.js';
import { newMove } from '../stock/moves.js';
import { assignPicking, movesOf, nextName } from '../stock/pickings.js';
import { type Behaviour, idOr } from './method.js';

/** The return wizard: its lines begin at zero and must be written before the return is created. */
export const returnBehaviour: Behaviour = {
  create(env, values) {
    const picking = env.store.get('stock.picking', idOr(values.picking_id, idOr(env.context.active_id, false)));
    if (!picking || picking.state !== 'done') throw userError('You may only return Done pickings.');
    const wizard = env.store.insert('stock.return.picking', { picking_id: picking.id, product_return_moves: [] });
    const lines = movesOf(env, picking)
      .filter((move) => move.state === 'done')
      .map(
        (move) =>
          env.store.insert('stock.return.picking.line', {
            wizard_id: wizard.id,
            product_id: move.product_id,
            quantity: 0,
            move_id: move.id,
          }).id,
      );
    return env.store.update('stock.return.picking', wizard.id, { product_return_moves: lines });
  },
  methods: {
    action_create_returns: {
      kind: 'records',
      parameters: [],
      run: ({ env, records }) => {
        const wizard = records[0] as ReturnRow | undefined;
        const source = env.store.get('stock.picking', wizard?.picking_id ?? false);
        if (!wizard || !source) throw userError('Please specify at least one non-zero quantity.');
        const back = createReturn(env, source, wizard);
        return {
          name: 'Returned Picking',
          view_mode: 'form',
          res_model: 'stock.picking',
          res_id: back.id,
          type: 'ir.actions.act_window',
          context: env.context,
        };
      },
    },
  },
};

function createReturn(env: Env, source: PickingRow, wizard: ReturnRow): PickingRow {
  const lines = wizard.product_return_moves
    .map((id) => env.store.get('stock.return.picking.line', id))
    .filter((line): line is ReturnLineRow => line !== undefined && line.quantity > 0);
  if (lines.length === 0) throw userError('Please specify at least one non-zero quantity.');
  const type = env.store.get('stock.picking.type', source.picking_type_id);
  const typeId = type?.return_picking_type_id || source.picking_type_id;
  const back = env.store.insert('stock.picking', {
    name: nextName(env, typeId),
    origin: `Return of ${source.name}`,
    state: 'draft',
    picking_type_id: typeId,
    location_id: source.location_dest_id,
    location_dest_id: source.location_id,
    partner_id: source.partner_id,
    backorder_id: false,
    return_id: source.id,
    scheduled_date: nowText(),
    date_done: false,
    note: false,
    company_id: 1,
  });
  for (const line of lines) {
    const move = {
      productId: Number(line.product_id),
      demand: line.quantity,
      locationId: back.location_id,
      locationDestId: back.location_dest_id,
    };
    newMove(env, { ...move, picking: back, returnedMoveId: line.move_id });
  }
  assignPicking(env, back);
  return env.store.get('stock.picking', back.id) ?? back;
}
