import { OdooUnavailableError } from '../errors.js';

type Form = (value: unknown) => boolean;

const id: Form = (value) => Number.isSafeInteger(value);
const amount: Form = (value) => Number.isFinite(value);
/** `false` where nothing has a value. */
const sum: Form = (value) => value === false || amount(value);
const flag: Form = (value) => typeof value === 'boolean';
const word: Form = (value) => typeof value === 'string';
const text: Form = (value) => value === false || word(value);
/** A relation; the names of transfers say whose they are. */
const named: Form = (value) => value === false || (Array.isArray(value) && id(value[0]) && word(value[1]));
const one: Form = (value) => value === false || (Array.isArray(value) && id(value[0]));
const many: Form = (value) => Array.isArray(value) && value.every(id);

/** The form of each field that is read, the same on every model. */
const FORMS = {
  id,
  __count: id,
  active: flag,
  is_storable: flag,
  code: word,
  name: word,
  state: word,
  create_backorder: word,
  default_code: text,
  origin: text,
  free_qty: amount,
  qty_available: amount,
  product_qty: amount,
  product_uom_qty: amount,
  quantity: amount,
  'quantity_product_uom:sum': sum,
  relative_factor: amount,
  backorder_id: named,
  default_location_dest_id: one,
  default_location_src_id: one,
  in_type_id: one,
  location_dest_id: one,
  location_id: one,
  lot_stock_id: one,
  origin_returned_move_id: one,
  out_type_id: one,
  picking_id: named,
  picking_type_id: one,
  product_id: one,
  relative_uom_id: one,
  uom_id: one,
  warehouse_id: one,
  move_dest_ids: many,
  move_orig_ids: many,
} satisfies Record<string, Form>;

export type FieldName = keyof typeof FORMS;

/**
 * The rows of an answer. A proxy may answer in Odoo's place, and a field may be another one's since an upgrade.
 * @throws OdooUnavailableError when they do not have the form of these fields
 */
export function rowsOf<Row>(
  answer: unknown,
  fields: readonly (keyof Row & FieldName)[],
  action: string,
): readonly Row[] {
  if (!Array.isArray(answer)) throw new OdooUnavailableError('Odoo did not answer with rows', action);
  for (const row of answer as unknown[]) {
    const wrong = isRow(row) ? fields.find((field) => !FORMS[field](row[field])) : 'row';
    if (wrong !== undefined) throw new OdooUnavailableError(`Odoo answered with a ${wrong} of another form`, action);
  }
  return answer as Row[];
}

/** @throws OdooUnavailableError when the answer is no list of ids */
export function idsOf(answer: unknown, action: string): readonly number[] {
  if (!many(answer)) throw new OdooUnavailableError('Odoo did not answer with ids', action);
  return answer as number[];
}

function isRow(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
