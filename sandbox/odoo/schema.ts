import { type Env } from './env.js';
import { computed as c } from './computed.js';
import { type ModelName, type NamedRow, type Stamped } from './rows.js';

type FieldType =
  'char' | 'text' | 'selection' | 'float' | 'integer' | 'boolean' | 'datetime' | 'many2one' | 'one2many' | 'many2many';

export interface Field {
  type: FieldType;
  /** The model at the other end of a relation. */
  to?: ModelName;
  /** For one-to-many: the link on the other model. */
  by?: string;
  /** Not stored but computed at each read. */
  compute?: (env: Env, row: never) => unknown;
}

export interface ModelSchema {
  label: string;
  order: string;
  /** Name shown in a many-to-one answer. */
  display: (env: Env, row: never) => string;
  fields: Record<string, Field>;
}

const char: Field = { type: 'char' };
const text: Field = { type: 'text' };
const float: Field = { type: 'float' };
const integer: Field = { type: 'integer' };
const boolean: Field = { type: 'boolean' };
const datetime: Field = { type: 'datetime' };
const selection: Field = { type: 'selection' };
const one = (to: ModelName): Field => ({ type: 'many2one', to });
const many = (to: ModelName, by: string): Field => ({ type: 'one2many', to, by });
const list = (to: ModelName): Field => ({ type: 'many2many', to });
const computed = <T extends Stamped>(field: Field, compute: (env: Env, row: T) => unknown): Field => ({
  ...field,
  compute: compute,
});

const base: Record<string, Field> = { id: integer, create_date: datetime, write_date: datetime, display_name: char };
const byName = (_env: Env, row: NamedRow): string => row.name;

function model<T extends Stamped>(
  label: string,
  fields: Record<string, Field>,
  display: (env: Env, row: T) => string,
  order = 'id',
): ModelSchema {
  return { label, order, display: display, fields: { ...base, ...fields } };
}

const company = { company_id: one('res.company') };
const route = { location_id: one('stock.location'), location_dest_id: one('stock.location') };

/** The models that a stock client uses, with the fields of Odoo 19 that such a client reads or writes. */
export const schema: Record<ModelName, ModelSchema> = {
  'product.product': model(
    'Product Variant',
    {
      name: char,
      default_code: char,
      barcode: char,
      type: selection,
      is_storable: boolean,
      active: boolean,
      list_price: float,
      product_tmpl_id: one('product.template'),
      uom_id: one('uom.uom'),
      ...company,
      qty_available: computed(float, c.onHand),
      free_qty: computed(float, c.free),
      virtual_available: computed(float, c.forecast),
      incoming_qty: computed(float, c.incoming),
      outgoing_qty: computed(float, c.outgoing),
    },
    c.productName,
    'default_code, name, id',
  ),
  'product.template': model('Product', { name: char }, byName),
  'uom.uom': model(
    'Product Unit',
    { name: char, active: boolean, relative_factor: float, relative_uom_id: one('uom.uom') },
    byName,
  ),
  'res.company': model('Companies', { name: char }, byName),
  'res.users': model('User', { name: char, login: char, ...company }, byName),
  'stock.location': model(
    'Inventory Locations',
    {
      name: char,
      complete_name: char,
      usage: selection,
      location_id: one('stock.location'),
      active: boolean,
      ...company,
      warehouse_id: computed(one('stock.warehouse'), c.warehouseOfLocation),
    },
    (_env, row: { complete_name: string } & Stamped) => row.complete_name,
    'complete_name, id',
  ),
  'stock.warehouse': model(
    'Warehouse',
    {
      name: char,
      code: char,
      active: boolean,
      ...company,
      view_location_id: one('stock.location'),
      lot_stock_id: one('stock.location'),
      in_type_id: one('stock.picking.type'),
      out_type_id: one('stock.picking.type'),
      int_type_id: one('stock.picking.type'),
    },
    byName,
  ),
  'stock.picking.type': model(
    'Picking Type',
    {
      name: char,
      code: selection,
      active: boolean,
      sequence_code: char,
      warehouse_id: one('stock.warehouse'),
      default_location_src_id: one('stock.location'),
      default_location_dest_id: one('stock.location'),
      reservation_method: selection,
      create_backorder: selection,
      return_picking_type_id: one('stock.picking.type'),
      ...company,
    },
    c.typeName,
  ),
  'stock.quant': model(
    'Quants',
    {
      product_id: one('product.product'),
      location_id: one('stock.location'),
      quantity: float,
      reserved_quantity: float,
      inventory_quantity: float,
      inventory_quantity_set: boolean,
      inventory_diff_quantity: float,
      in_date: datetime,
      lot_id: integer,
      package_id: integer,
      owner_id: integer,
      ...company,
      available_quantity: computed(float, c.availableInQuant),
      warehouse_id: computed(one('stock.warehouse'), c.warehouseOfQuant),
      inventory_quantity_auto_apply: computed(float, (_env, row: { quantity: number } & Stamped) => row.quantity),
    },
    c.quantName,
  ),
  'stock.move': model(
    'Stock Move',
    {
      product_id: one('product.product'),
      product_uom_qty: float,
      // Everything here is counted in single units, so the quantity in the product's own unit is the same.
      product_qty: computed(float, (_env, row: { product_uom_qty: number } & Stamped) => row.product_uom_qty),
      // One-step routes: no move ever feeds another.
      move_orig_ids: computed(list('stock.move'), () => []),
      move_dest_ids: computed(list('stock.move'), () => []),
      quantity: float,
      picked: boolean,
      state: selection,
      origin: char,
      picking_id: one('stock.picking'),
      picking_type_id: one('stock.picking.type'),
      ...route,
      is_inventory: boolean,
      inventory_name: char,
      origin_returned_move_id: one('stock.move'),
      date: datetime,
      ...company,
      reference: computed(char, c.referenceOfMove),
      move_line_ids: many('stock.move.line', 'move_id'),
      location_usage: computed(selection, c.sourceUsage),
      location_dest_usage: computed(selection, c.destinationUsage),
      product_uom: computed(one('uom.uom'), c.uomOfMove),
    },
    c.moveName,
  ),
  'stock.move.line': model(
    'Product Moves (Stock Move Line)',
    {
      move_id: one('stock.move'),
      picking_id: one('stock.picking'),
      product_id: one('product.product'),
      ...route,
      quantity: float,
      quantity_product_uom: computed(float, (_env, row: { quantity: number } & Stamped) => row.quantity),
      picked: boolean,
      state: selection,
      date: datetime,
      ...company,
      reference: computed(char, c.referenceOfLine),
    },
    c.productOfLine,
  ),
  'stock.picking': model(
    'Transfer',
    {
      name: char,
      origin: char,
      state: selection,
      picking_type_id: one('stock.picking.type'),
      ...route,
      partner_id: integer,
      backorder_id: one('stock.picking'),
      return_id: one('stock.picking'),
      scheduled_date: datetime,
      date_done: datetime,
      note: text,
      ...company,
      move_ids: many('stock.move', 'picking_id'),
      move_line_ids: many('stock.move.line', 'picking_id'),
      backorder_ids: many('stock.picking', 'backorder_id'),
      picking_type_code: computed(selection, c.codeOfPicking),
      product_id: computed(one('product.product'), c.firstProduct),
    },
    byName,
    'id desc',
  ),
  'stock.return.picking': model(
    'Return Picking',
    { picking_id: one('stock.picking'), product_return_moves: list('stock.return.picking.line') },
    (_env, row: Stamped) => `stock.return.picking,${row.id}`,
  ),
  'stock.return.picking.line': model(
    'Return Picking Line',
    {
      wizard_id: one('stock.return.picking'),
      product_id: one('product.product'),
      quantity: float,
      move_id: one('stock.move'),
    },
    (_env, row: Stamped) => `stock.return.picking.line,${row.id}`,
  ),
  'ir.model': model('Models', { name: char, model: char }, byName),
  'ir.model.fields': model(
    'Fields',
    { name: char, model: char, model_id: one('ir.model'), ttype: selection, field_description: char },
    byName,
  ),
  'ir.config_parameter': model(
    'System Parameter',
    { key: char, value: text },
    (_env, row: { key: string } & Stamped) => row.key,
  ),
  'ir.actions.server': model(
    'Server Actions',
    {
      name: char,
      model_id: one('ir.model'),
      state: selection,
      usage: selection,
      webhook_url: char,
      webhook_field_ids: list('ir.model.fields'),
    },
    byName,
  ),
  'base.automation': model(
    'Automation Rule',
    {
      name: char,
      model_id: one('ir.model'),
      active: boolean,
      trigger: selection,
      filter_domain: char,
      filter_pre_domain: char,
      trigger_field_ids: list('ir.model.fields'),
      action_server_ids: list('ir.actions.server'),
    },
    byName,
  ),
};

export function isModel(name: string): name is ModelName {
  return Object.hasOwn(schema, name);
}
