/** `unknown`: a word that is not documented; the feed is followed as if it were still at work. */
export type FeedState = 'queued' | 'processing' | 'finished' | 'canceled' | 'error' | 'unknown';

interface FeedError {
  readonly code: string;
  readonly message: string;
  /** Null where Falabella did not name one in a field of its own. */
  readonly sku: string | null;
}

/** A queued job at Falabella. Accepted only means received: what became of each SKU is in here once it is finished. */
export interface Feed {
  readonly feedId: string;
  readonly state: FeedState;
  /** Falabella's own word for the state. */
  readonly stateText: string;
  /** `ProductStockUpdate` for stock. */
  readonly action: string;
  /** As given: `YYYY-MM-DD HH:MM:SS` in a zone that is not documented. */
  readonly createdAt: string;
  readonly total: number | null;
  readonly failed: number | null;
  /** FeedStatus alone gives them. */
  readonly errors: readonly FeedError[];
}

export interface FalabellaProduct {
  readonly sellerSku: string;
  /** Falabella's own name for the product; empty while it has none. */
  readonly shopSku: string;
  /** What is shown for sale; null where it is not said or differs between business units. */
  readonly quantity: number | null;
  /** Sold from Falabella's own warehouse alone: the seller's stock has no part in it. */
  readonly fulfilledByFalabella: boolean;
}

export interface ProductPage {
  readonly products: readonly FalabellaProduct[];
  /** How many the answer held, readable or not: the next page begins behind them. */
  readonly received: number;
  /** Of all pages, where given. */
  readonly total: number | null;
}

/** One page of GetStock: a line per SKU and warehouse. */
export interface StockPage {
  readonly lines: readonly FalabellaStock[];
  /** How many different SKUs the answer named: the next page begins behind them. */
  readonly skus: number;
}

/** One line of the request that a feed was made of. */
export interface FeedInputLine {
  readonly sku: string;
  readonly quantity: number;
  /** The warehouse it names, by either id; empty: the main one. */
  readonly location: string;
}

/** The request that a stock feed was made of. */
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
  /** Available: what is reserved for pending orders is not in it. */
  readonly quantity: number;
  readonly warehouseId: string;
  readonly facilityId: string;
  readonly fulfilledByFalabella: boolean;
}
