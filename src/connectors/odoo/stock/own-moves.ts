import { LRUCache } from 'lru-cache';
import { atMost, forgottenAfter } from '../../../common/ttl.js';
import { type HoldingMoveRow, idOf, type MoveLinksRow, type PickingParentRow } from '../interfaces/odoo.interface.js';
import { type OdooConnection, type OdooService } from '../odoo.service.js';

const VERDICT_TTL_MS = 60_000;
const CAPACITY = 20_000;
/** The longest chain in a warehouse is shorter: three steps out, three in, and backorders of backorders. */
const MAX_DEPTH = 12;

/**
 * Selects every open line that holds stock, including those that may be ours by descent only. A line
 * without a reservation has quantity 0.
 */
function holdingDomain(skus: readonly string[], ours: string): readonly unknown[] {
  return [
    ['product_id.default_code', 'in', skus],
    ['state', 'not in', ['done', 'cancel']],
    ['quantity', '>', 0],
    '|',
    '|',
    '|',
    ['picking_id.name', '=like', ours],
    ['picking_id.backorder_id', '!=', false],
    ['move_orig_ids', '!=', false],
    ['move_dest_ids', '!=', false],
  ];
}

const LINK_FIELDS = ['picking_id', 'move_orig_ids', 'move_dest_ids'] as const;
const HOLDING_FIELDS = [
  'product_id',
  'product_qty',
  'product_uom_qty',
  'quantity',
  'state',
  'picking_id',
  'location_id',
  'move_orig_ids',
  'move_dest_ids',
] as const;

/**
 * Finds the open lines that come from our deliveries: those of transfers with our name, of backorders of
 * such transfers, and those that are chained to one of these.
 */
export class OwnMoves {
  /** Stale only if a person chained a line to another transfer within the last minute. An evicted one is read again. */
  private readonly chained = new LRUCache<string, boolean>({ ...atMost(CAPACITY), ...forgottenAfter(VERDICT_TTL_MS) });
  /** Never out of date: a transfer's name and its origin as a backorder do not change. An evicted one is read again. */
  private readonly pickings = new LRUCache<string, boolean>({ ...atMost(CAPACITY), ...forgottenAfter(24 * 3_600_000) });

  constructor(private readonly odoo: OdooService) {}

  /**
   * Our lines that hold stock of these SKUs now. One call, and a few more only if backorders or chains of
   * others must be distinguished.
   */
  async holding(skus: readonly string[], connection: OdooConnection): Promise<readonly HoldingMoveRow[]> {
    const prefix = `${connection.installation}/`;
    const ours = `${prefix.replace(/[\\%_]/g, '\\$&')}%`;
    const about = { productSkus: skus };
    const rows = await this.odoo.searchRead<HoldingMoveRow>(
      connection,
      'stock.move',
      holdingDomain(skus, ours),
      HOLDING_FIELDS,
      { about },
    );
    const candidates = rows.filter((row) => !named(row, prefix));
    if (candidates.length === 0) return rows;
    const verdicts = await this.judge(candidates, connection, prefix);
    return rows.filter((row) => named(row, prefix) || verdicts.get(row.id) === true);
  }

  private async judge(
    rows: readonly HoldingMoveRow[],
    connection: OdooConnection,
    prefix: string,
  ): Promise<ReadonlyMap<number, boolean>> {
    const key = (id: number) =>
      JSON.stringify([connection.id, connection.settings.url, connection.settings.db, prefix, id]);
    const unknown = rows.filter((row) => this.chained.get(key(row.id)) === undefined);
    if (unknown.length > 0) {
      const links = await this.loadChains(unknown, connection);
      const pickingIds = [...links.values()].map((row) => idOf(row.picking_id)).filter((id) => id !== null);
      const pickings = await this.judgePickings(pickingIds, connection, prefix, key);
      const own = (row: MoveLinksRow) => pickings.get(idOf(row.picking_id) ?? 0) === true;
      for (const row of unknown) {
        const leads =
          reaches(row.id, links, own, (at) => at.move_orig_ids) ||
          reaches(row.id, links, own, (at) => at.move_dest_ids);
        this.chained.set(key(row.id), leads);
      }
    }
    return new Map(rows.map((row) => [row.id, this.chained.get(key(row.id)) === true]));
  }

  /** These lines with everything before and after them in their chains. */
  private async loadChains(
    rows: readonly MoveLinksRow[],
    connection: OdooConnection,
  ): Promise<ReadonlyMap<number, MoveLinksRow>> {
    const loaded = new Map<number, MoveLinksRow>(rows.map((row) => [row.id, row]));
    let fresh: readonly MoveLinksRow[] = rows;
    for (let depth = 0; depth < MAX_DEPTH && fresh.length > 0; depth++) {
      const linked = fresh.flatMap((row) => [...row.move_orig_ids, ...row.move_dest_ids]);
      const ids = [...new Set(linked)].filter((id) => !loaded.has(id));
      if (ids.length === 0) break;
      fresh = await this.odoo.read<MoveLinksRow>(connection, 'stock.move', ids, LINK_FIELDS);
      for (const row of fresh) loaded.set(row.id, row);
    }
    return loaded;
  }

  /** Whether each transfer has our name, or is a backorder of one that does, directly or not. */
  private async judgePickings(
    ids: readonly number[],
    connection: OdooConnection,
    prefix: string,
    key: (id: number) => string,
  ): Promise<ReadonlyMap<number, boolean>> {
    const wanted = [...new Set(ids)];
    const loaded = new Map<number, PickingParentRow>();
    let next = wanted.filter((id) => this.pickings.get(key(id)) === undefined);
    for (let depth = 0; depth < MAX_DEPTH && next.length > 0; depth++) {
      const rows = await this.odoo.read<PickingParentRow>(connection, 'stock.picking', next, ['name', 'backorder_id']);
      for (const row of rows) loaded.set(row.id, row);
      const parents = rows.filter((row) => !row.name.startsWith(prefix)).map((row) => idOf(row.backorder_id));
      next = [...new Set(parents)].filter((id) => id !== null).filter((id) => !loaded.has(id));
    }
    const isOurs = (id: number | null): boolean => {
      const row = id === null ? undefined : loaded.get(id);
      return row !== undefined && (row.name.startsWith(prefix) || isOurs(idOf(row.backorder_id)));
    };
    for (const id of loaded.keys()) this.pickings.set(key(id), isOurs(id));
    return new Map(wanted.map((id) => [id, this.pickings.get(key(id)) === true]));
  }
}

function named(row: HoldingMoveRow, prefix: string): boolean {
  return row.picking_id !== false && row.picking_id[1].startsWith(prefix);
}

/**
 * Whether a walk in one direction from `from` reaches a line of ours. Never up and then down, which would
 * reach unrelated lines.
 */
function reaches(
  from: number,
  links: ReadonlyMap<number, MoveLinksRow>,
  own: (row: MoveLinksRow) => boolean,
  step: (row: MoveLinksRow) => readonly number[],
): boolean {
  const seen = new Set<number>();
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const row = links.get(id);
    if (row === undefined) continue;
    if (own(row)) return true;
    open.push(...step(row));
  }
  return false;
}
