import { MAX_LIST_BYTES } from '../../common/http/outbound.service.js';
import { Injectable } from '@nestjs/common';
import { type StockPush } from '../contract.js';
import { feedIdOf, feedOf, feedsOf, productsOf, rawInputOf, stockPageOf, warehousesOf } from './answers.js';
import {
  type FalabellaWarehouse,
  type Feed,
  type FeedInput,
  type ProductPage,
  type StockPage,
} from './interfaces/falabella.interface.js';
import { type Account, SellerCenter } from './seller-center.service.js';
import { stockRequest } from './stock-request.js';

export interface PageRequest {
  readonly offset: number;
  readonly limit: number;
}

/** The most entries of a push in its log. */
const LOGGED_ITEMS = 100;
/** The feeds of 30 days, one every two minutes. */
const FEED_LIST_BYTES = 2 * MAX_LIST_BYTES;
/** The most warehouses that one GetWarehouse lists. */
const MAX_WAREHOUSES = 100;

/** Products, their stock and the feeds that change it, from the Seller Center API. */
@Injectable()
export class FalabellaService {
  constructor(private readonly api: SellerCenter) {}

  /**
   * Sets the quantity of up to 500 SKUs: in the seller's main warehouse, or in the warehouses that an item
   * names. Returns the id of the feed.
   * @throws UnsendableStockError before anything is sent
   */
  async updateStock(items: readonly StockPush[], account: Account): Promise<string> {
    const shown = items
      .slice(0, LOGGED_ITEMS)
      .map(({ sku, quantity, parts }) => ({ sku, quantity, ...(parts && { parts }) }));
    return this.api.call(account, {
      action: 'UpdateStock',
      makesFeed: true,
      body: stockRequest(items, account.settings.warehouseIds),
      request: { items: items.length, stock: shown, ...(items.length > shown.length && { shown: shown.length }) },
      productSkus: items.map((item) => item.sku),
      take: feedIdOf,
      summarise: (feedId) => ({ feedId }),
    });
  }

  /** The progress of a feed, and its refused records. */
  async feedStatus(feedId: string, account: Account): Promise<Feed> {
    return this.api.call(account, {
      action: 'FeedStatus',
      parameters: { FeedID: feedId },
      request: { feedId },
      take: feedOf,
      summarise: ({ state, total, failed }) => ({ feedStatus: state, total, failed }),
    });
  }

  /** The account's feeds of the last 30 days, in Falabella's own order. */
  async feedList(account: Account): Promise<readonly Feed[]> {
    return this.api.call(account, {
      action: 'FeedList',
      maxBytes: FEED_LIST_BYTES,
      take: feedsOf,
      summarise: (feeds) => ({ items: feeds.length }),
    });
  }

  /** The request behind a feed; null when Falabella does not show it. */
  async feedInput(feedId: string, account: Account): Promise<FeedInput | null> {
    const { input } = await this.api.call(account, {
      action: 'GetFeedRawInput',
      parameters: { FeedIdList: `[${feedId}]` },
      request: { feedId },
      take: async (envelope) => ({ input: await rawInputOf(envelope, feedId) }),
      summarise: ({ input: found }) => ({ items: found?.stock.length ?? 0 }),
    });
    return input;
  }

  /** One page of the catalogue. The limit is always sent, as the documentation states two different defaults. */
  async getProducts(page: PageRequest, account: Account): Promise<ProductPage> {
    return this.api.call(account, {
      action: 'GetProducts',
      maxBytes: MAX_LIST_BYTES,
      parameters: { Filter: 'all', ...paging(page) },
      request: { ...page },
      take: productsOf,
      summarise: ({ received, total }) => ({ items: received, total }),
    });
  }

  /**
   * One page of Falabella's available stock per SKU and warehouse; 1,000 SKUs at most. `skus`: of these
   * only, if Falabella applies the list.
   */
  async getStock(page: PageRequest & { readonly skus?: readonly string[] }, account: Account): Promise<StockPage> {
    const { skus, ...rest } = page;
    return this.api.call(account, {
      action: 'GetStock',
      maxBytes: MAX_LIST_BYTES,
      parameters: { ...paging(rest), ...(skus && { SellerSkuList: JSON.stringify(skus) }) },
      request: { ...rest, ...(skus && { skus: skus.length }) },
      ...(skus && { productSkus: skus }),
      take: stockPageOf,
      summarise: ({ lines }) => ({ items: lines.length }),
    });
  }

  /** The account's warehouses, Falabella's own among them. */
  async getWarehouses(account: Account): Promise<readonly FalabellaWarehouse[]> {
    return this.api.call(account, {
      action: 'GetWarehouse',
      parameters: paging({ offset: 0, limit: MAX_WAREHOUSES }),
      take: warehousesOf,
      summarise: (warehouses) => ({ items: warehouses.length }),
    });
  }
}

function paging({ offset, limit }: PageRequest): Readonly<Record<string, string>> {
  return { Limit: String(limit), Offset: String(offset) };
}
