/** Odoo's form of a relation to one record: its id and its display name; `false` where there is none. */
export type Many2one = readonly [id: number, name: string] | false;

/** Empty text is `false`, never null. */
export type OdooText = string | false;

export interface ProductRow {
  readonly id: number;
  readonly default_code: OdooText;
  readonly is_storable: boolean;
}

/** A product in the list of all products, including archived ones. */
export interface ListedProductRow extends ProductRow {
  readonly name: string;
  readonly active: boolean;
  readonly uom_id: Many2one;
}

/** A unit of measure. `relative_uom_id`: the smaller unit that it consists of, if any. */
export interface UnitRow {
  readonly id: number;
  readonly name: string;
  readonly relative_factor: number;
  readonly relative_uom_id: Many2one;
}

/** A product read in the context of one warehouse. Quantities are in the product's own unit. */
export interface ProductStockRow extends ProductRow {
  readonly qty_available: number;
  readonly free_qty: number;
}

export interface WarehouseRow {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly lot_stock_id: Many2one;
  readonly in_type_id: Many2one;
  readonly out_type_id: Many2one;
}

/** What Odoo does with the rest when a part of a transfer is booked; only `ask` leaves the transfer alone. */
export type BackorderPolicy = 'ask' | 'always' | 'never';

export interface PickingTypeRow {
  readonly id: number;
  readonly default_location_src_id: Many2one;
  readonly default_location_dest_id: Many2one;
  readonly create_backorder: BackorderPolicy;
}

export interface LocationRow {
  readonly id: number;
  readonly warehouse_id: Many2one;
}

/**
 * A transfer's state follows from its moves. It is `assigned` even if a line is only partly in stock, so
 * it is used only for a transfer without lines.
 */
export type PickingState = 'draft' | 'waiting' | 'confirmed' | 'assigned' | 'done' | 'cancel';

export interface PickingRow {
  readonly id: number;
  readonly name: string;
  readonly origin: OdooText;
  readonly state: PickingState;
  readonly picking_type_id: Many2one;
}

export type MoveState = 'draft' | 'waiting' | 'confirmed' | 'partially_available' | 'assigned' | 'done' | 'cancel';

/** A line of a transfer. */
export interface MoveRow {
  readonly id: number;
  readonly product_id: Many2one;
  /** The demand, in the product's own unit. */
  readonly product_qty: number;
  /** The demand, in the unit of the line. */
  readonly product_uom_qty: number;
  /** The reserved or, once done, the moved quantity, in the unit of the line. */
  readonly quantity: number;
  readonly state: MoveState;
  readonly picking_id: Many2one;
}

/** A line that holds stock, with the fields that show its origin. */
export interface HoldingMoveRow extends MoveRow {
  readonly location_id: Many2one;
  readonly move_orig_ids: readonly number[];
  readonly move_dest_ids: readonly number[];
}

/** A line whose goods have moved, or will not. */
export interface DoneMoveRow extends MoveRow {
  readonly location_id: Many2one;
  readonly location_dest_id: Many2one;
  /** The line whose goods it brings back. */
  readonly origin_returned_move_id: Many2one;
}

export interface MoveLinksRow {
  readonly id: number;
  readonly picking_id: Many2one;
  readonly move_orig_ids: readonly number[];
  readonly move_dest_ids: readonly number[];
}

export interface PickingParentRow {
  readonly id: number;
  readonly name: string;
  readonly backorder_id: Many2one;
}

/** The id of a relation, or null. */
export function idOf(relation: Many2one): number | null {
  return relation === false ? null : relation[0];
}

/**
 * The reserved or moved quantity in the product's own unit. A person can change a line to dozens; the
 * demand is known in both units.
 */
export function quantityInProductUnit(move: MoveRow): number {
  return move.product_uom_qty === 0 ? move.quantity : (move.quantity * move.product_qty) / move.product_uom_qty;
}
