import { nowText, type Env } from '../env.js';
import { missingError, validationError, valueError } from '../errors.js';
import { type PickingRow, type PickingTypeRow } from '../rows.js';
import { newMove } from '../stock/moves.js';
import {
  assignPicking,
  cancelPicking,
  confirm,
  nextName,
  refreshState,
  unreservePicking,
  validate,
} from '../stock/pickings.js';
import { schema } from '../schema.js';
import { type Behaviour, createCommands, idOr, type Methods, textOr, type Values } from './method.js';

function checkName(env: Env, name: string, own: number | null): void {
  const taken = env.store.by('stock.picking', 'name', name).some((picking) => picking.id !== own);
  if (!taken) return;
  throw validationError(
    env.settings.translated
      ? 'No se puede completar la operación: ¡La referencia debe ser única por empresa!'
      : 'The operation cannot be completed: Reference must be unique per company!',
  );
}

function addMove(env: Env, picking: PickingRow, values: Values): void {
  for (const name of Object.keys(values)) {
    if (!Object.hasOwn(schema['stock.move'].fields, name))
      throw valueError(`Invalid field '${name}' on model 'stock.move'`);
  }
  const productId = Number(values.product_id);
  if (!env.store.get('product.product', productId)) throw missingError('product.product', productId);
  newMove(env, {
    productId,
    demand:
      typeof values.product_uom_qty === 'number'
        ? values.product_uom_qty
        : typeof values.quantity === 'number'
          ? values.quantity
          : 0,
    locationId: idOr(values.location_id, picking.location_id),
    locationDestId: idOr(values.location_dest_id, picking.location_dest_id),
    picking,
    origin: textOr(values.origin, false as const),
    returnedMoveId: idOr(values.origin_returned_move_id, false),
    ...(typeof values.quantity === 'number' && values.picked === true ? { quantity: values.quantity } : {}),
  });
}

const noType =
  "The operation cannot be completed: Missing required value for the field 'Source Location' (location_id).\nModel: 'Transfer' (stock.picking)\n" +
  '- create/update: a mandatory field is not set\n- delete: another model requires the record being deleted, you can archive it instead\n';

function typeOf(env: Env, values: Values): PickingTypeRow {
  const type = env.store.get('stock.picking.type', idOr(values.picking_type_id, false));
  if (!type) throw validationError(noType);
  return type;
}

const onPickings = (run: (env: Env, picking: PickingRow) => void): Methods[string] => ({
  kind: 'records',
  parameters: [],
  run: ({ env, records }) => {
    for (const record of records) run(env, record as PickingRow);
    return true;
  },
});

export const pickingBehaviour: Behaviour = {
  create(env, values) {
    const type = typeOf(env, values);
    const name = textOr(values.name, nextName(env, type.id));
    checkName(env, name, null);
    const picking = env.store.insert('stock.picking', {
      name,
      origin: textOr(values.origin, false as const),
      state: 'draft',
      picking_type_id: type.id,
      location_id: idOr(values.location_id, type.default_location_src_id),
      location_dest_id: idOr(values.location_dest_id, type.default_location_dest_id),
      partner_id: idOr(values.partner_id, false),
      backorder_id: idOr(values.backorder_id, false),
      return_id: idOr(values.return_id, false),
      scheduled_date: textOr(values.scheduled_date, nowText()),
      date_done: false,
      note: textOr(values.note, false as const),
      company_id: 1,
    });
    for (const move of createCommands(values.move_ids)) addMove(env, picking, move);
    return refreshState(env, picking);
  },
  write(env, record, values) {
    const { move_ids: moves, ...rest } = values;
    if (typeof rest.name === 'string') checkName(env, rest.name, record.id);
    const updated = env.store.update('stock.picking', record.id, rest);
    for (const move of createCommands(moves)) addMove(env, updated, move);
    if (moves) refreshState(env, updated);
  },
  methods: {
    action_confirm: onPickings((env, picking) => void confirm(env, picking)),
    action_assign: onPickings(assignPicking),
    do_unreserve: onPickings(unreservePicking),
    action_cancel: onPickings(cancelPicking),
    button_validate: {
      kind: 'records',
      parameters: [],
      run: ({ env, records }) => validate(env, records as PickingRow[]),
    },
    unlink: {
      kind: 'records',
      parameters: [],
      run: ({ env, records }) => {
        for (const record of records as PickingRow[]) {
          cancelPicking(env, record);
          for (const move of env.store.by('stock.move', 'picking_id', record.id))
            env.store.delete('stock.move', move.id);
          env.store.delete('stock.picking', record.id);
        }
        return true;
      },
    },
  },
};
