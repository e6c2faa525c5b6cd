import { type DoneMoveRow, idOf, type PickingParentRow } from '../interfaces/odoo.interface.js';
import { type CallAbout, type OdooConnection, type OdooService } from '../odoo.service.js';

/** How many backorders of backorders are followed. */
const MAX_BACKORDERS = 3;
const FIELDS = [
  'product_id',
  'product_qty',
  'product_uom_qty',
  'quantity',
  'state',
  'picking_id',
  'location_id',
  'location_dest_id',
  'origin_returned_move_id',
] as const;

/** A line that is done or cancelled, and the name of the transfer of ours that it belongs to. */
export interface TakenMove {
  readonly row: DoneMoveRow;
  readonly transfer: string;
}

/**
 * Reads what named transfers of ours have moved: their ended lines, those of their backorders, and the returns of both. The cancelled ones show
 * that a transfer held stock and let it go while the stock was read.
 */
export class TakenMoves {
  constructor(private readonly odoo: OdooService) {}

  /** One call, and a few more only where a person split or returned one of these transfers. */
  async of(
    names: readonly string[],
    skus: readonly string[],
    connection: OdooConnection,
  ): Promise<readonly TakenMove[]> {
    if (names.length === 0) return [];
    const about = { productSkus: skus };
    const domain = [
      ['product_id.default_code', 'in', skus],
      ['state', 'in', ['done', 'cancel']],
      ...anyOf(paths(), names),
    ];
    const rows = await this.odoo.searchRead<DoneMoveRow>(connection, 'stock.move', domain, FIELDS, { about });
    const roots = await this.rootsOf(rows, new Set(names), connection, about);
    return rows.flatMap((row) => {
      const transfer = roots.get(row.id);
      return transfer === undefined ? [] : [{ row, transfer }];
    });
  }

  /** The transfer that each line belongs to, by line. */
  private async rootsOf(
    rows: readonly DoneMoveRow[],
    names: ReadonlySet<string>,
    connection: OdooConnection,
    about: CallAbout,
  ): Promise<ReadonlyMap<number, string>> {
    const returned = await this.pickingsOfMoves(
      rows.map((row) => idOf(row.origin_returned_move_id)).filter((id) => id !== null),
      connection,
      about,
    );
    const start = (row: DoneMoveRow) => {
      const from = idOf(row.origin_returned_move_id);
      return from === null ? row.picking_id : (returned.get(from) ?? false);
    };
    const parents = new Map<number, PickingParentRow>();
    let ids = rows.map(start).flatMap((picking) => (picking && !names.has(picking[1]) ? [picking[0]] : []));
    for (let depth = 0; depth < MAX_BACKORDERS && ids.length > 0; depth++) {
      const read = await this.odoo.read<PickingParentRow>(
        connection,
        'stock.picking',
        [...new Set(ids)],
        ['name', 'backorder_id'],
        about,
      );
      for (const row of read) parents.set(row.id, row);
      ids = read.flatMap(({ backorder_id: parent }) => (parent && !names.has(parent[1]) ? [parent[0]] : []));
    }
    return new Map(
      rows.flatMap((row): [number, string][] => {
        let at = start(row);
        for (let depth = 0; at && !names.has(at[1]) && depth <= MAX_BACKORDERS; depth++)
          at = parents.get(at[0])?.backorder_id ?? false;
        return at && names.has(at[1]) ? [[row.id, at[1]]] : [];
      }),
    );
  }

  private async pickingsOfMoves(ids: readonly number[], connection: OdooConnection, about: CallAbout) {
    if (ids.length === 0) return new Map<number, DoneMoveRow['picking_id']>();
    const distinct = [...new Set(ids)];
    const rows = await this.odoo.read<DoneMoveRow>(connection, 'stock.move', distinct, ['picking_id'], about);
    return new Map(rows.map((row) => [row.id, row.picking_id]));
  }
}

/** The ways from a line to a named transfer. */
function paths(): string[] {
  const backorders = Array.from(
    { length: MAX_BACKORDERS + 1 },
    (_, depth) => `picking_id${'.backorder_id'.repeat(depth)}`,
  );
  return [...backorders, ...backorders.slice(0, 2).map((path) => `origin_returned_move_id.${path}`)].map(
    (path) => `${path}.name`,
  );
}

function anyOf(fields: readonly string[], names: readonly string[]): readonly unknown[] {
  return [...fields.slice(1).map(() => '|'), ...fields.map((field) => [field, 'in', names])];
}
