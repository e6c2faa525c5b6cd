/** What an answer says beside its body about the list that it is a page of. */
export interface PageInfo {
  /** The query of the next page, as the `Link` header gives it; null: there is none. */
  readonly next: string | null;
  /** The number of the last page by the `Link` header; null where it is not given. */
  readonly last: number | null;
  /** `x-total-count`; null where it is not given. */
  readonly total: number | null;
}

/** One line of an order. Ids and numbers come as either numbers or texts; here they are read. */
export interface OrderProduct {
  /** Empty where Tiendanube gave none. */
  readonly lineId: string;
  readonly productId: string;
  readonly variantId: string;
  /** Null where the variant has none: it is optional, and not unique. */
  readonly sku: string | null;
  /** Null where it could not be read. */
  readonly quantity: number | null;
  /** Units that were sold although somebody else had taken them (`issues.unclaimed_stock`). */
  readonly unclaimed: number;
}

/** An order as Tiendanube gives it, without anything about its buyer. */
export interface TiendanubeOrder {
  readonly id: string;
  /** The number that the shopper sees; the API does not know the order by it. */
  readonly number: string;
  /** `open`, `closed` (archived) or `cancelled`. */
  readonly status: string;
  readonly paymentStatus: string;
  readonly shippingStatus: string;
  /** Where it was sold: `store`, `meli`, `api`, `form`, `pos`. */
  readonly storefront: string;
  readonly products: readonly OrderProduct[];
  /** When it changed last, in milliseconds since 1970; null where it could not be read. */
  readonly updatedAt: number | null;
  /** When it was placed. */
  readonly createdAt: number | null;
}

/** A row of the list of orders that changed. */
export interface OrderChange {
  readonly id: string;
  readonly updatedAt: number | null;
  /** It was shipped or cancelled, and is some days old. */
  readonly isOver: boolean;
}

/** What one edit did to one product of an order. */
export interface EditedProduct {
  readonly sku: string | null;
  readonly variantId: string;
  readonly before: number;
  readonly after: number;
  /** Whether Tiendanube moved its stock with it; null where it does not say. */
  readonly movedStock: boolean | null;
}

export interface Variant {
  readonly id: string;
  readonly productId: string;
  readonly sku: string | null;
  /** Over all places; null: not said, or without limit. */
  readonly stock: number | null;
  /** It is sold without counting (`stock: null`). */
  readonly unlimited: boolean;
  /** Place by place, on stores that have several. */
  readonly levels: readonly { readonly location: string; readonly stock: number }[];
}

export interface StoreLocation {
  readonly id: string;
  readonly isDefault: boolean;
  /** Lower is first. */
  readonly priority: number;
}
