import { pageThatFits } from '../../../common/http/page-that-fits.js';
import { groupBy } from '../../../common/collections.js';
import { normalizeSku } from '../../../common/sku.js';
import { type ErpProduct, type Page } from '../../contract.js';
import { idOf, type ListedProductRow, type ProductRow, type UnitRow } from '../interfaces/odoo.interface.js';
import { type OdooConnection, type OdooService } from '../odoo.service.js';

const PAGE_SIZES = [200, 20, 1] as const;

/** Data about the products of a page beside their own fields. */
interface Neighbours {
  /** Ids of all active products of a SKU, including those on other pages. */
  readonly active: ReadonlyMap<string, readonly number[]>;
  readonly units: ReadonlyMap<number, UnitRow>;
}

/**
 * All products of Odoo, including archived ones, in the order of their ids, so that one that is created in
 * the meantime is on a later page.
 */
export class ProductList {
  constructor(private readonly odoo: OdooService) {}

  /** @throws as `OdooService.call` */
  async page(cursor: string | null, connection: OdooConnection): Promise<Page<ErpProduct>> {
    const after = cursor === null ? 0 : Number(cursor);
    if (!Number.isSafeInteger(after) || after < 0) throw new Error('not a cursor of this list');
    return pageThatFits(PAGE_SIZES, (size) => this.pageAfter(after, size, connection));
  }

  private async pageAfter(after: number, size: number, connection: OdooConnection): Promise<Page<ErpProduct>> {
    const rows = await this.odoo.searchRead<ListedProductRow>(
      connection,
      'product.product',
      [['id', '>', after]],
      ['name', 'default_code', 'is_storable', 'active', 'uom_id'],
      { context: { active_test: false }, order: 'id', limit: size },
    );
    const last = rows.length === size ? rows.at(-1) : undefined;
    const neighbours = { active: await this.activeOf(rows, connection), units: await this.unitsOf(rows, connection) };
    return { items: rows.map((row) => listed(row, neighbours)), nextCursor: last ? String(last.id) : null };
  }

  private async activeOf(rows: readonly ListedProductRow[], connection: OdooConnection): Promise<Neighbours['active']> {
    const skus = [...new Set(rows.flatMap(({ default_code: sku }) => (sku === false ? [] : [sku])))];
    if (skus.length === 0) return new Map();
    const found = await this.odoo.searchRead<ProductRow>(
      connection,
      'product.product',
      [['default_code', 'in', skus]],
      ['default_code'],
      {
        about: { productSkus: skus },
      },
    );
    const bySku = groupBy(found, (row) => row.default_code);
    return new Map(skus.map((sku) => [sku, (bySku.get(sku) ?? []).map((row) => row.id)]));
  }

  private async unitsOf(rows: readonly ListedProductRow[], connection: OdooConnection): Promise<Neighbours['units']> {
    const ids = [...new Set(rows.map((row) => idOf(row.uom_id)).filter((id) => id !== null))];
    if (ids.length === 0) return new Map();
    const context = { active_test: false };
    const units = await this.odoo.searchRead<UnitRow>(
      connection,
      'uom.uom',
      [['id', 'in', ids]],
      ['name', 'relative_factor', 'relative_uom_id'],
      { context },
    );
    return new Map(units.map((unit) => [unit.id, unit]));
  }
}

function listed(row: ListedProductRow, neighbours: Neighbours): ErpProduct {
  const { id, default_code: sku } = row;
  const problem = problemOf(row, neighbours);
  return { sku: sku === false ? null : sku, productRef: String(id), ...(problem ? { problem } : {}) };
}

/** Lots and serial numbers need no special case: quantities are sums over them. */
function problemOf(row: ListedProductRow, { active, units }: Neighbours): ErpProduct['problem'] {
  const { id, name, default_code: sku } = row;
  const called = `"${name}" (product ${id})`;
  if (!row.active) return { kind: 'archived', detail: `${called} is archived in Odoo` };
  if (!row.is_storable) return { kind: 'notStorable', detail: `Odoo does not track the stock of ${called}` };
  if (sku === false) return { kind: 'noSku', detail: `${called} has no internal reference in Odoo` };
  if (normalizeSku(sku) !== sku) {
    const detail = `the internal reference of ${called} has outer spaces or invisible characters: write ${normalizeSku(sku)} in Odoo`;
    return { kind: 'untidy', detail };
  }
  const others = (active.get(sku) ?? []).filter((other) => other !== id);
  if (others.length > 0)
    return {
      kind: 'duplicate',
      detail: `Odoo has several active products with the internal reference ${sku}: ${[id, ...others].sort((a, b) => a - b).join(', ')}`,
    };
  const unit = units.get(idOf(row.uom_id) ?? 0);
  if (!unit?.relative_uom_id || unit.relative_factor === 1) return undefined;
  const detail = `${sku} is counted in ${unit.name}, each of which is ${unit.relative_factor} ${unit.relative_uom_id[1]}: is that what the channels sell?`;
  return { kind: 'unit', detail };
}
