/** `unknown`: an undocumented word; the feed is followed as if it were still in progress. */
export type FeedState = 'queued' | 'processing' | 'finished' | 'canceled' | 'error' | 'unknown';

interface FeedError {
  readonly code: string;
  readonly message: string;
  /** Null when Falabella has not named one in its own field. */
  readonly sku: string | null;
}

/**
 * A queued job at Falabella. An accepted feed has only been received; once it is finished, it shows the
 * outcome of each SKU.
 */
export interface Feed {
  readonly feedId: string;
  readonly state: FeedState;
  /** Falabella's own word for the state. */
  readonly stateText: string;
  /** `ProductStockUpdate` for stock. */
  readonly action: string;
  /** In Falabella's form: `YYYY-MM-DD HH:MM:SS` in an undocumented zone. */
  readonly createdAt: string;
  readonly total: number | null;
  readonly failed: number | null;
  /** Only FeedStatus returns them. */
  readonly errors: readonly FeedError[];
}

export interface FalabellaProduct {
  readonly sellerSku: string;
  /** Falabella's own name for the product; empty while it has none. */
  readonly shopSku: string;
  /** The number for sale; null when it is absent or differs between business units. */
  readonly quantity: number | null;
  /** Sold only from Falabella's own warehouse, so that it is not the seller's stock. */
  readonly fulfilledByFalabella: boolean;
}

export interface ProductPage {
  readonly products: readonly FalabellaProduct[];
  /** All products in the answer, readable or not: the next page begins after them. */
  readonly received: number;
  /** The total of all pages, if given. */
  readonly total: number | null;
}

/** One page of GetStock: a line per SKU and warehouse. */
export interface StockPage {
  readonly lines: readonly FalabellaStock[];
  /** The number of different SKUs in the answer: the next page begins after them. */
  readonly skus: number;
}

/** One line of the request behind a feed. */
export interface FeedInputLine {
  readonly sku: string;
  readonly quantity: number;
  /** The warehouse, by either id; empty: the main one. */
  readonly location: string;
}

/** The request behind a stock feed. */
export interface FeedInput {
  readonly feedId: string;
  readonly stock: readonly FeedInputLine[];
}

export interface FalabellaWarehouse {
  readonly name: string;
  /** Given by the seller; may be empty. */
  readonly sellerWarehouseId: string;
  /** Given by Falabella. */
  readonly facilityId: string;
  readonly isDefault: boolean;
  /** Falabella's own: no push may name it. */
  readonly fulfilledByFalabella: boolean;
}

export interface FalabellaStock {
  readonly sku: string;
  /** Available stock, without units reserved for pending orders. */
  readonly quantity: number;
  readonly warehouseId: string;
  readonly facilityId: string;
  readonly fulfilledByFalabella: boolean;
}
