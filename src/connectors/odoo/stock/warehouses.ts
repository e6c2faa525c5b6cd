import { LRUCache } from 'lru-cache';
import { atMost, forgottenAfter } from '../../../common/ttl.js';
import { type WarehouseLink } from '../../contract.js';
import { OdooSetupError } from '../errors.js';
import {
  type BackorderPolicy,
  idOf,
  type LocationRow,
  type PickingTypeRow,
  type WarehouseRow,
} from '../interfaces/odoo.interface.js';
import { type OdooConnection, type OdooService } from '../odoo.service.js';

const TTL = forgottenAfter(5 * 60_000);

/** The start and the end of one direction of transfer. */
export interface Route {
  readonly typeId: number;
  readonly fromId: number;
  readonly toId: number;
  readonly backorders: BackorderPolicy;
}

export interface Warehouse {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  /** The ledger's warehouse that this one feeds; null: not counted. */
  readonly counted: string | null;
  /** Null when the operation type has no default locations; only a counted warehouse needs them. */
  readonly out: Route | null;
  readonly in: Route | null;
}

/**
 * The warehouses of each connection and the location that belongs to each; both change rarely and are
 * cached for a few minutes. A stale one counts stock by the setup of before; an evicted one is read again.
 */
export class WarehouseDirectory {
  private readonly lists = new LRUCache<string, Promise<readonly Warehouse[]>>({ ...atMost(1_000), ...TTL });
  private readonly locations = new LRUCache<string, { readonly warehouse: number | null }>({
    ...atMost(10_000),
    ...TTL,
  });

  constructor(private readonly odoo: OdooService) {}

  /**
   * Every warehouse that the Odoo user sees, in Odoo's own order.
   * @throws OdooSetupError when there is none
   */
  list(connection: OdooConnection): Promise<readonly Warehouse[]> {
    const key = JSON.stringify([connection.id, connection.settings.url, connection.settings.db, connection.warehouses]);
    const known = this.lists.get(key);
    if (known) return known;
    const asked = this.load(connection);
    this.lists.set(key, asked);
    asked.catch(() => this.lists.delete(key));
    return asked;
  }

  /** @throws OdooSetupError where no Odoo warehouse feeds that one of the ledger */
  async feeding(ledgerWarehouse: string, connection: OdooConnection): Promise<Warehouse> {
    const found = (await this.list(connection)).find((warehouse) => warehouse.counted === ledgerWarehouse);
    if (found) return found;
    const code = connection.warehouses.find((link) => link.warehouse === ledgerWarehouse)?.externalId;
    const missing = code ? `Odoo has no warehouse with the code ${code}` : 'none is set to';
    throw new OdooSetupError(
      `no warehouse of Odoo feeds ${ledgerWarehouse}: ${missing}`,
      'stock.warehouse.search_read',
    );
  }

  /** The warehouse of each location; null when it belongs to none. */
  async ofLocations(ids: readonly number[], connection: OdooConnection): Promise<ReadonlyMap<number, number | null>> {
    const key = (id: number) => JSON.stringify([connection.id, connection.settings.url, connection.settings.db, id]);
    const unknown = [...new Set(ids)].filter((id) => this.locations.get(key(id)) === undefined);
    if (unknown.length > 0) {
      const rows = await this.odoo.read<LocationRow>(connection, 'stock.location', unknown, ['warehouse_id']);
      for (const row of rows) this.locations.set(key(row.id), { warehouse: idOf(row.warehouse_id) });
    }
    return new Map(ids.map((id) => [id, this.locations.get(key(id))?.warehouse ?? null]));
  }

  private async load(connection: OdooConnection): Promise<readonly Warehouse[]> {
    const rows = await this.odoo.searchRead<WarehouseRow>(
      connection,
      'stock.warehouse',
      [],
      ['code', 'name', 'lot_stock_id', 'in_type_id', 'out_type_id'],
    );
    const typeIds = rows.flatMap((row) => [idOf(row.in_type_id), idOf(row.out_type_id)]).filter((id) => id !== null);
    const types = await this.odoo.read<PickingTypeRow>(connection, 'stock.picking.type', typeIds, [
      'default_location_src_id',
      'default_location_dest_id',
      'create_backorder',
    ]);
    return describe(rows, new Map(types.map((type) => [type.id, type])), connection.warehouses);
  }
}

/** @throws OdooSetupError where there is no warehouse at all */
function describe(
  rows: readonly WarehouseRow[],
  types: ReadonlyMap<number, PickingTypeRow>,
  links: readonly WarehouseLink[],
): readonly Warehouse[] {
  if (rows.length === 0)
    throw new OdooSetupError('Odoo shows no warehouse to this user', 'stock.warehouse.search_read');
  return rows.map((row, index) => {
    // The stock location itself, also in warehouses with several steps: goods must be sold from where they
    // are counted.
    const stock = idOf(row.lot_stock_id);
    const outgoing = types.get(idOf(row.out_type_id) ?? 0);
    const incoming = types.get(idOf(row.in_type_id) ?? 0);
    return {
      id: row.id,
      code: row.code,
      name: row.name,
      counted: countedAs(row.code, index === 0, links),
      out: route(outgoing, stock, idOf(outgoing?.default_location_dest_id ?? false)),
      in: route(incoming, idOf(incoming?.default_location_src_id ?? false), stock),
    };
  });
}

/** A warehouse counts for the links with its code; the first one also for links without a code. */
function countedAs(code: string, isFirst: boolean, links: readonly WarehouseLink[]): string | null {
  const named = links.find((link) => link.externalId === code);
  return named?.warehouse ?? (isFirst ? links.find((link) => link.externalId === null)?.warehouse : undefined) ?? null;
}

function route(type: PickingTypeRow | undefined, fromId: number | null, toId: number | null): Route | null {
  return type && fromId !== null && toId !== null
    ? { typeId: type.id, fromId, toId, backorders: type.create_backorder }
    : null;
}
