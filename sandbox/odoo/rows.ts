/** A many-to-one link: the other row's id, or `false`, Odoo's value for "empty". */
export type Ref = number | false;
type Text = string | false;

/** The fields of every row. Times have microseconds, as in PostgreSQL; reads cut them. */
export interface Stamped {
  id: number;
  create_date: string;
  write_date: string;
}

export interface ProductRow extends Stamped {
  name: string;
  default_code: Text;
  barcode: Text;
  type: string;
  is_storable: boolean;
  active: boolean;
  list_price: number;
  product_tmpl_id: Ref;
  uom_id: Ref;
  company_id: Ref;
}

export interface NamedRow extends Stamped {
  name: string;
}

/** `relative_factor`: how many of the smaller unit it is made of. */
interface UnitRow extends NamedRow {
  active: boolean;
  relative_factor: number;
  relative_uom_id: Ref;
}

interface UserRow extends NamedRow {
  login: string;
  company_id: Ref;
}

export interface LocationRow extends NamedRow {
  complete_name: string;
  usage: string;
  location_id: Ref;
  active: boolean;
  company_id: Ref;
}

export interface WarehouseRow extends NamedRow {
  code: string;
  active: boolean;
  company_id: Ref;
  view_location_id: Ref;
  lot_stock_id: Ref;
  in_type_id: Ref;
  out_type_id: Ref;
  int_type_id: Ref;
}

export interface PickingTypeRow extends NamedRow {
  code: string;
  active: boolean;
  sequence_code: string;
  warehouse_id: Ref;
  default_location_src_id: Ref;
  default_location_dest_id: Ref;
  reservation_method: string;
  create_backorder: string;
  return_picking_type_id: Ref;
  company_id: Ref;
}

export interface QuantRow extends Stamped {
  product_id: Ref;
  location_id: Ref;
  quantity: number;
  reserved_quantity: number;
  inventory_quantity: number;
  inventory_quantity_set: boolean;
  inventory_diff_quantity: number;
  in_date: string;
  lot_id: Ref;
  package_id: Ref;
  owner_id: Ref;
  company_id: Ref;
}

type MoveState = 'draft' | 'waiting' | 'confirmed' | 'partially_available' | 'assigned' | 'done' | 'cancel';

export interface MoveRow extends Stamped {
  product_id: Ref;
  product_uom_qty: number;
  quantity: number;
  picked: boolean;
  state: MoveState;
  origin: Text;
  picking_id: Ref;
  picking_type_id: Ref;
  location_id: Ref;
  location_dest_id: Ref;
  is_inventory: boolean;
  inventory_name: Text;
  origin_returned_move_id: Ref;
  date: string;
  company_id: Ref;
}

export interface MoveLineRow extends Stamped {
  move_id: Ref;
  picking_id: Ref;
  product_id: Ref;
  location_id: Ref;
  location_dest_id: Ref;
  quantity: number;
  picked: boolean;
  state: MoveState;
  date: string;
  /** The units that this line holds in the quants of its source; not a field of the API. */
  reserved: number;
  company_id: Ref;
}

export interface PickingRow extends Stamped {
  name: string;
  origin: Text;
  state: 'draft' | 'confirmed' | 'assigned' | 'done' | 'cancel';
  picking_type_id: Ref;
  location_id: Ref;
  location_dest_id: Ref;
  partner_id: Ref;
  backorder_id: Ref;
  return_id: Ref;
  scheduled_date: string;
  date_done: Text;
  note: Text;
  company_id: Ref;
}

interface IrModelRow extends NamedRow {
  model: string;
}

interface IrFieldRow extends NamedRow {
  model: string;
  model_id: Ref;
  ttype: string;
  field_description: string;
}

export interface AutomationRow extends NamedRow {
  model_id: Ref;
  active: boolean;
  trigger: string;
  filter_domain: Text;
  filter_pre_domain: Text;
  trigger_field_ids: number[];
  action_server_ids: number[];
}

export interface ServerActionRow extends NamedRow {
  model_id: Ref;
  state: string;
  usage: string;
  webhook_url: Text;
  webhook_field_ids: number[];
}

interface ParameterRow extends Stamped {
  key: string;
  value: string;
}

export interface ReturnRow extends Stamped {
  picking_id: Ref;
  product_return_moves: number[];
}

export interface ReturnLineRow extends Stamped {
  wizard_id: Ref;
  product_id: Ref;
  quantity: number;
  move_id: Ref;
}

/** Every model of this Odoo and the type of its rows. */
export interface Tables {
  'product.product': ProductRow;
  'product.template': NamedRow;
  'uom.uom': UnitRow;
  'res.company': NamedRow;
  'res.users': UserRow;
  'stock.location': LocationRow;
  'stock.warehouse': WarehouseRow;
  'stock.picking.type': PickingTypeRow;
  'stock.quant': QuantRow;
  'stock.move': MoveRow;
  'stock.move.line': MoveLineRow;
  'stock.picking': PickingRow;
  'stock.return.picking': ReturnRow;
  'stock.return.picking.line': ReturnLineRow;
  'ir.model': IrModelRow;
  'ir.model.fields': IrFieldRow;
  'ir.config_parameter': ParameterRow;
  'ir.actions.server': ServerActionRow;
  'base.automation': AutomationRow;
}

export type ModelName = keyof Tables;
