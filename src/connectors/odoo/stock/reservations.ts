import { LRUCache } from 'lru-cache';
import { atMost, forgottenAfter } from '../../../common/ttl.js';
import { OdooAccessError, OdooBusinessError } from '../errors.js';
import { idOf, type Many2one } from '../interfaces/odoo.interface.js';
import { type OdooConnection, type OdooService } from '../odoo.service.js';

/** How long a SKU with correct reservations is not checked again. */
const RIGHT_MS = 30_000;
/** The least time between two repairs of one Odoo. */
const REPAIR_MS = 60_000;

/** Quantities by product. */
export type ByProduct = ReadonlyMap<number, number>;

interface ReservedLines {
  readonly product_id: Many2one;
  readonly 'quantity_product_uom:sum': number | false;
}

/**
 * Finds reservations without an open line. Odoo leaves such reservations when several transfers of one
 * product are validated, or one is validated and cancelled, at the same moment: the stock is neither held
 * nor for sale. Opening its physical inventory view repairs them.
 */
export class Reservations {
  /** While a stale one lasts, a reservation left behind keeps a number too low, never too high. An evicted one is checked again. */
  private readonly right = new LRUCache<string, true>({ ...atMost(20_000), ...forgottenAfter(RIGHT_MS) });
  /** An evicted one allows a repair too early, which changes nothing that is right. */
  private readonly repaired = new LRUCache<string, true>({ ...atMost(1_000), ...forgottenAfter(REPAIR_MS) });

  constructor(private readonly odoo: OdooService) {}

  /** Checks these with the next observation, after an event that is known to leave stale reservations. */
  suspect(skus: readonly string[], connection: OdooConnection): void {
    for (const sku of skus) this.right.delete(keyOf(connection, sku));
  }

  /** The SKUs that have not been checked for a while. */
  unchecked(skus: readonly string[], connection: OdooConnection): readonly string[] {
    return skus.filter((sku) => !this.right.has(keyOf(connection, sku)));
  }

  /**
   * Compares reservations with those of open lines, and lets Odoo repair them if the two differ without a
   * change between two reads. True: the earlier reading is out of date.
   * @param reread reads the reservations again, by product
   */
  async mend(
    reserved: ByProduct,
    products: { readonly skuOf: ReadonlyMap<number, string>; readonly warehouseIds: readonly number[] },
    reread: () => Promise<ByProduct>,
    connection: OdooConnection,
  ): Promise<boolean> {
    const ids = [...products.skuOf.keys()];
    if (ids.length === 0 || connection.publishing === 'shadow') return false;
    const lines = await this.reservedByLines(ids, products.warehouseIds, connection);
    const odd = ids.filter((id) => !same(reserved.get(id), lines.get(id)));
    const isOdd = new Set(odd);
    for (const [id, sku] of products.skuOf) if (!isOdd.has(id)) this.right.set(keyOf(connection, sku), true);
    if (odd.length === 0 || this.repaired.has(keyOf(connection, ''))) return false;
    const again = await reread();
    const linesAgain = await this.reservedByLines(odd, products.warehouseIds, connection);
    const steady = odd.filter((id) => same(reserved.get(id), again.get(id)) && same(lines.get(id), linesAgain.get(id)));
    if (steady.length === 0) return false;
    this.repaired.set(keyOf(connection, ''), true);
    return this.repair(connection);
  }

  private async repair(connection: OdooConnection): Promise<boolean> {
    try {
      await this.odoo.call(connection, 'stock.quant', 'action_view_inventory', {});
      return true;
    } catch (error) {
      // The numbers are right, only too low; the refusal itself is in the log of the call.
      if (error instanceof OdooBusinessError || error instanceof OdooAccessError) return false;
      throw error;
    }
  }

  private async reservedByLines(
    ids: readonly number[],
    warehouseIds: readonly number[],
    connection: OdooConnection,
  ): Promise<ByProduct> {
    const domain = [
      ['product_id', 'in', ids],
      ['state', 'not in', ['done', 'cancel']],
      ['location_id.warehouse_id', 'in', warehouseIds],
    ];
    const summed = ['product_id', 'quantity_product_uom:sum'] as const;
    const rows = await this.odoo.readGroups<ReservedLines>(connection, 'stock.move.line', domain, summed);
    return new Map(rows.map((row) => [idOf(row.product_id) ?? 0, row['quantity_product_uom:sum'] || 0]));
  }
}

const same = (one = 0, other = 0): boolean => Math.abs(one - other) < 1e-6;

function keyOf({ id, settings }: OdooConnection, sku: string): string {
  return JSON.stringify([id, settings.url, settings.db, sku]);
}
