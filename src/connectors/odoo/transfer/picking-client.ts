import { idsOf } from '../interfaces/rows.js';
import { type ErpTransfer } from '../../contract.js';
import { idOf, type MoveRow, type PickingRow } from '../interfaces/odoo.interface.js';
import { type CallAbout, type OdooConnection, type OdooService } from '../odoo.service.js';
import { type Route } from '../stock/warehouses.js';

const PICKING_FIELDS = ['name', 'origin', 'state', 'picking_type_id'] as const;
export const MOVE_FIELDS = ['product_id', 'product_qty', 'product_uom_qty', 'quantity', 'state', 'picking_id'] as const;
const MAX_BACKORDERS = 20;

/** `skip_backorder` is left out on purpose: with it Odoo books a part if stock was lost since the last read. */
export const VALIDATION = { skip_sms: true };

/** The calls for one transfer, each of them one transaction at Odoo. */
export class PickingClient {
  private readonly about: CallAbout;

  constructor(
    private readonly odoo: OdooService,
    private readonly connection: OdooConnection,
    private readonly transfer: ErpTransfer,
    private readonly route: Route,
  ) {
    this.about = { productSkus: [...new Set(transfer.lines.map((line) => line.sku))] };
  }

  /** Odoo keeps names unique within a company. */
  async find(): Promise<PickingRow | null> {
    const domain = [['name', '=', this.transfer.name]];
    const rows = await this.odoo.searchRead<PickingRow>(this.connection, 'stock.picking', domain, PICKING_FIELDS, {
      about: this.about,
    });
    return rows[0] ?? null;
  }

  /**
   * Creates it as a draft, which reserves nothing.
   * @throws OdooBusinessError also when the name is taken
   */
  async create(productIds: ReadonlyMap<string, number>): Promise<number> {
    const values = pickingValues(this.transfer, this.route, productIds);
    const [id = 0] = idsOf(await this.call('create', { vals_list: [values] }), 'stock.picking.create');
    return id;
  }

  /** The lines of this transfer and of its backorders, direct or not. */
  async familyMoves(id: number): Promise<readonly MoveRow[]> {
    const family = [id];
    let parents = [id];
    while (parents.length > 0 && family.length <= MAX_BACKORDERS) {
      const domain = [['backorder_id', 'in', parents]];
      const rows = await this.odoo.searchRead<{ id: number }>(this.connection, 'stock.picking', domain, ['id'], {
        about: this.about,
      });
      parents = rows.map((row) => row.id).filter((child) => !family.includes(child));
      family.push(...parents);
    }
    return this.moves(family);
  }

  moves(pickingIds: readonly number[]): Promise<readonly MoveRow[]> {
    const domain = [['picking_id', 'in', pickingIds]];
    return this.odoo.searchRead<MoveRow>(this.connection, 'stock.move', domain, MOVE_FIELDS, { about: this.about });
  }

  /** Confirms the draft, which reserves what it can. */
  confirm(ids: readonly number[]): Promise<unknown> {
    return this.call('action_confirm', { ids });
  }

  /** Reserves missing units as far as possible. */
  assign(ids: readonly number[]): Promise<unknown> {
    return this.call('action_assign', { ids });
  }

  /** Books it. Only `true` means done; any other answer is an open question of Odoo's. */
  validate(ids: readonly number[]): Promise<unknown> {
    return this.call('button_validate', { ids, context: VALIDATION });
  }

  /** A refused validation leaves the lines marked as picked, and picked lines are never reserved again. */
  async unpick(moves: readonly MoveRow[]): Promise<void> {
    const args = { ids: moves.map((move) => move.id), vals: { picked: false } };
    await this.odoo.call(this.connection, 'stock.move', 'write', args, this.about);
  }

  cancel(ids: readonly number[]): Promise<unknown> {
    return this.call('action_cancel', { ids });
  }

  private call(method: string, args: Readonly<Record<string, unknown>>): Promise<unknown> {
    return this.odoo.call(this.connection, 'stock.picking', method, args, this.about);
  }
}

/** A transfer in Odoo's form. Unknown products are left out. */
export function pickingValues(
  transfer: ErpTransfer,
  route: Route,
  productIds: ReadonlyMap<string, number>,
): Readonly<Record<string, unknown>> {
  const where = { location_id: route.fromId, location_dest_id: route.toId };
  const moves = transfer.lines.flatMap(({ sku, quantity }) => {
    const product = productIds.get(sku);
    return product === undefined ? [] : [[0, 0, { product_id: product, product_uom_qty: quantity, ...where }]];
  });
  return { name: transfer.name, origin: transfer.origin, picking_type_id: route.typeId, ...where, move_ids: moves };
}

/** The transfers of these lines. */
export function pickingsOf(moves: readonly MoveRow[]): readonly number[] {
  return [...new Set(moves.map((move) => idOf(move.picking_id)))].filter((id) => id !== null);
}
