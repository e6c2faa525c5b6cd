/** The paging information of a list answer. */
export interface PageInfo {
  /** The query of the next page, from the `Link` header; null: there is none. */
  readonly next: string | null;
  /** The number of the last page, from the `Link` header; null if absent. */
  readonly last: number | null;
  /** `x-total-count`; null if absent. */
  readonly total: number | null;
}

/** One line of an order, with ids and numbers parsed from numbers or texts. */
export interface OrderProduct {
  /** Empty if Tiendanube gave none. */
  readonly lineId: string;
  readonly productId: string;
  readonly variantId: string;
  /** Null if the variant has none: it is optional, and not unique. */
  readonly sku: string | null;
  /** Null if it is unreadable. */
  readonly quantity: number | null;
  /** Units that were sold although another buyer had taken them (`issues.unclaimed_stock`). */
  readonly unclaimed: number;
}

/** An order of Tiendanube, without its buyer. */
export interface TiendanubeOrder {
  readonly id: string;
  /** The number that the shopper sees; the API does not accept it as an id. */
  readonly number: string;
  /** `open`, `closed` (archived) or `cancelled`. */
  readonly status: string;
  readonly paymentStatus: string;
  readonly shippingStatus: string;
  /** Where it was sold: `store`, `meli`, `api`, `form`, `pos`. */
  readonly storefront: string;
  readonly products: readonly OrderProduct[];
  /** When it last changed, in milliseconds since 1970; null if unreadable. */
  readonly updatedAt: number | null;
  /** When it was placed. */
  readonly createdAt: number | null;
}

/** A row of the list of changed orders. */
export interface OrderChange {
  readonly id: string;
  readonly updatedAt: number | null;
  /** It was shipped or cancelled, and is some days old. */
  readonly isOver: boolean;
}

/** The effect of one edit on one product of an order. */
export interface EditedProduct {
  readonly sku: string | null;
  readonly variantId: string;
  readonly before: number;
  readonly after: number;
  /** Whether Tiendanube moved its stock with it; null if not stated. */
  readonly movedStock: boolean | null;
}

export interface Variant {
  readonly id: string;
  readonly productId: string;
  readonly sku: string | null;
  /** The sum over all locations; null: not stated, or unlimited. */
  readonly stock: number | null;
  /** It is sold without a limit (`stock: null`). */
  readonly unlimited: boolean;
  /** By location, in stores that have several. */
  readonly levels: readonly { readonly location: string; readonly stock: number }[];
}

export interface StoreLocation {
  readonly id: string;
  readonly isDefault: boolean;
  /** Lower is first. */
  readonly priority: number;
}
