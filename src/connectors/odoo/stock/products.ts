import { LRUCache } from 'lru-cache';
import { atMost, forgottenAfter } from '../../../common/ttl.js';
import { OdooProductError } from '../errors.js';
import { type ProductRow } from '../interfaces/odoo.interface.js';
import { type OdooConnection, type OdooService } from '../odoo.service.js';

const REMEMBERED = { ...atMost(20_000), ...forgottenAfter(30_000) };

/** The result of searching for a SKU in Odoo. */
export type Match<Row extends ProductRow> =
  { readonly product: Row } | { readonly problem: 'unknown' | 'duplicate' | 'notStorable'; readonly detail: string };

/** Finds the single product of a SKU among the active ones; `default_code` is not unique in Odoo. */
export function matchSku<Row extends ProductRow>(sku: string, rows: readonly Row[]): Match<Row> {
  const [product, ...others] = rows.filter((row) => row.default_code === sku);
  if (!product) return { problem: 'unknown', detail: `Odoo has no active product with the internal reference ${sku}` };
  if (others.length > 0) {
    const ids = [product, ...others].map((row) => row.id).join(', ');
    return {
      problem: 'duplicate',
      detail: `Odoo has several active products with the internal reference ${sku}: ${ids}`,
    };
  }
  if (!product.is_storable)
    return { problem: 'notStorable', detail: `Odoo does not track the stock of ${sku} (product ${product.id})` };
  return { product };
}

/**
 * The product of each SKU, cached for half a minute. Stale only if a person gave the SKU to another product in that time, which the next
 * reading shows. An evicted one is read again.
 */
export class ProductDirectory {
  private readonly ids = new LRUCache<string, number>(REMEMBERED);
  private readonly skus = new LRUCache<string, { readonly sku: string | null }>(REMEMBERED);

  constructor(private readonly odoo: OdooService) {}

  /**
   * The product of each SKU.
   * @throws OdooProductError for the first SKU that is not exactly one active product with stock
   */
  async idsOf(skus: readonly string[], connection: OdooConnection): Promise<ReadonlyMap<string, number>> {
    const found = new Map<string, number>();
    const missing: string[] = [];
    for (const sku of new Set(skus)) {
      const id = this.ids.get(keyOf(connection, sku));
      if (id === undefined) missing.push(sku);
      else found.set(sku, id);
    }
    if (missing.length === 0) return found;
    const about = { productSkus: missing };
    const domain = [['default_code', 'in', missing]];
    const rows = await this.odoo.searchRead<ProductRow>(
      connection,
      'product.product',
      domain,
      ['default_code', 'is_storable'],
      { about },
    );
    for (const sku of missing) {
      const match = matchSku(sku, rows);
      if ('problem' in match) throw new OdooProductError(sku, match.problem, match.detail);
      this.ids.set(keyOf(connection, sku), match.product.id);
      found.set(sku, match.product.id);
    }
    return found;
  }

  /** The SKU of a product, archived or not; null for an unknown product or one without a SKU. */
  async skuOf(id: number, connection: OdooConnection): Promise<string | null> {
    const known = this.skus.get(keyOf(connection, id));
    if (known) return known.sku;
    const sku = (await this.skusOf([id], connection)).get(id) ?? null;
    this.skus.set(keyOf(connection, id), { sku });
    return sku;
  }

  /** The SKUs of products, archived or not, without the cache. Products without one are left out. */
  async skusOf(ids: readonly number[], connection: OdooConnection): Promise<ReadonlyMap<number, string>> {
    const rows = await this.odoo.read<ProductRow>(connection, 'product.product', ids, ['default_code']);
    return new Map(rows.flatMap((row) => (row.default_code === false ? [] : [[row.id, row.default_code] as const])));
  }
}

function keyOf({ id, settings }: OdooConnection, what: string | number): string {
  return JSON.stringify([id, settings.url, settings.db, what]);
}
