import { Injectable } from '@nestjs/common';
import { distinct } from '../../common/collections.js';
import { MAX_LIST_BYTES } from '../../common/http/outbound.service.js';
import { pageThatFits } from '../../common/http/page-that-fits.js';
import { type ChannelListing, type Page } from '../contract.js';
import { LARGEST_PAGE, pageSizes, resized } from './catalogue/page-sizes.js';
import { CatalogueReading, PRODUCT_FIELDS, variantsOfProduct, variantsOfProducts } from './catalogue/variants.js';
import { TiendanubeApiError } from './errors.js';
import { type PageInfo, type Variant } from './interfaces/tiendanube.interface.js';
import { isNode } from './json.js';
import { type Account, TiendanubeApi } from './tiendanube-api.service.js';

const NOT_FOUND = 404;
/** As many ids as one query takes, and fewer. */
const IDS_AT_ONCE = [30, 5, 1] as const;
const PATIENCE_MS = 60_000;
const LOOK_UP_PATIENCE_MS = 3_000;

interface ProductsPage {
  readonly variants: readonly Variant[];
  readonly page: PageInfo;
}

/** A store's catalogue: products with their variants, which have the SKU and the stock. */
@Injectable()
export class TiendanubeCatalogue {
  /**
   * The readings in progress, one for each connection, as a SKU may occur again on a later page. A new
   * reading starts from the beginning.
   */
  private readonly readings = new Map<string, CatalogueReading>();

  constructor(private readonly api: TiendanubeApi) {}

  /** One page of the catalogue. The cursor is Tiendanube's query of the page. */
  async page(cursor: string | null, account: Account): Promise<Page<ChannelListing>> {
    const reading = (cursor !== null && this.readings.get(account.id)) || new CatalogueReading();
    this.readings.set(account.id, reading);
    const { variants, page } = await this.pageAt(cursor ?? queryOf({ page: '1' }), account);
    if (page.next === null) this.readings.delete(account.id);
    return { items: reading.listings(variants), nextCursor: page.next };
  }

  /** The listings of these products only; deleted products are left out. */
  async ofProducts(ids: readonly string[], account: Account): Promise<readonly ChannelListing[]> {
    return new CatalogueReading().listings(await this.variantsOf(ids, account));
  }

  /** The variants of these products, in as few queries as possible. */
  async variantsOf(ids: readonly string[], account: Account): Promise<readonly Variant[]> {
    const wanted = distinct(ids);
    const found: Variant[] = [];
    for (let from = 0; from < wanted.length;) {
      const { variants, size } = await pageThatFits(IDS_AT_ONCE, async (size) => {
        const query = queryOf({ ids: wanted.slice(from, from + size).join(','), page: '1' });
        return { variants: (await this.products(query, account)).variants, size };
      });
      found.push(...variants);
      from += size;
    }
    return found;
  }

  /** Where a page is too large, a smaller one that begins at the same product. The next ones are as small. */
  private pageAt(query: string, account: Account): Promise<ProductsPage> {
    const sizes = pageSizes(query);
    return pageThatFits(sizes, (size) => this.products(size === sizes[0] ? query : resized(query, size), account));
  }

  /**
   * The variants of one SKU, when its listing is unknown: only those of the first product, as the API
   * returns no more. `isPush`: for a push.
   */
  async ofSku(sku: string, account: Account, isPush = false): Promise<readonly Variant[]> {
    try {
      const variants = await this.api.call(account, {
        action: 'product.find',
        maxBytes: MAX_LIST_BYTES,
        path: `products/sku/${encodeURIComponent(sku)}`,
        query: { fields: PRODUCT_FIELDS },
        lane: 'ordinary',
        patienceMs: LOOK_UP_PATIENCE_MS,
        isPush,
        productSkus: [sku],
        take: (body) => (isNode(body) ? variantsOfProduct(body) : null),
        summarise: (found) => ({ items: found.length }),
      });
      return variants.filter((variant) => variant.sku === sku);
    } catch (error) {
      if (error instanceof TiendanubeApiError && error.httpStatus === NOT_FOUND) return [];
      throw error;
    }
  }

  private async products(query: string, account: Account): Promise<ProductsPage> {
    try {
      return await this.api.call(account, {
        action: 'products.list',
        maxBytes: MAX_LIST_BYTES,
        path: 'products',
        query,
        lane: 'sweep',
        patienceMs: PATIENCE_MS,
        request: { query },
        take: (body, page) => {
          const variants = variantsOfProducts(body);
          return variants && { variants, page };
        },
        summarise: ({ variants, page }) => ({ items: variants.length, total: page.total }),
      });
    } catch (error) {
      // A page past the end, which the list still had when the page before was read.
      if (!(error instanceof TiendanubeApiError) || error.httpStatus !== NOT_FOUND) throw error;
      return { variants: [], page: { next: null, last: null, total: null } };
    }
  }
}

function queryOf(more: Readonly<Record<string, string>>): string {
  return new URLSearchParams({ ...more, per_page: String(LARGEST_PAGE), fields: PRODUCT_FIELDS }).toString();
}
