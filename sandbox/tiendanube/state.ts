/** Units of a variant in one location; `null`: unlimited. */
export interface InventoryLevel {
  id: number;
  locationId: string;
  stock: number | null;
}

export interface Variant {
  id: number;
  productId: number;
  sku: string | null;
  price: string | null;
  barcode: string | null;
  values: string[];
  levels: InventoryLevel[];
  createdAt: number;
  updatedAt: number;
}

export interface Product {
  id: number;
  name: string;
  attributes: string[];
  published: boolean;
  variants: Variant[];
  createdAt: number;
  updatedAt: number;
}

export interface StoreLocation {
  id: string;
  name: string;
  isDefault: boolean;
  /** The lowest is used first. */
  priority: number;
}

export interface OrderLine {
  id: number;
  productId: number;
  variantId: number;
  name: string;
  sku: string | null;
  price: string;
  quantity: number;
  /** The shopper's options beside the variant, so that one variant may be on several lines. */
  properties: string[];
  /** Units taken from each location. */
  taken: Record<string, number>;
  /** Units that were sold but missing. */
  unclaimed: number;
  /** Units added by an edit without a stock change. */
  unmoved: number;
}

export interface Edition {
  id: number;
  at: number;
  lines: Array<{
    lineId: number;
    productId: number;
    variantId: number;
    name: string;
    sku: string | null;
    before: number;
    after: number;
    movedStock: boolean;
  }>;
}

export type OrderStatus = 'open' | 'closed' | 'cancelled';
export const paymentStatuses = [
  'authorized',
  'pending',
  'paid',
  'partially_paid',
  'abandoned',
  'refunded',
  'partially_refunded',
  'voided',
] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];
export const storefronts = ['store', 'meli', 'api', 'form', 'pos'] as const;
export type Storefront = (typeof storefronts)[number];
export type ShippingStatus = 'unpacked' | 'unshipped' | 'shipped' | 'delivered';

export interface TiendanubeOrder {
  id: number;
  number: number;
  status: OrderStatus;
  paymentStatus: PaymentStatus;
  shippingStatus: ShippingStatus;
  storefront: Storefront;
  lines: OrderLine[];
  editions: Edition[];
  customerId: number;
  ownerNote: string | null;
  cancelReason: string | null;
  appId: string | null;
  /** False: an order of the API that takes nothing. */
  claims: boolean;
  createdAt: number;
  updatedAt: number;
  paidAt: number | null;
  cancelledAt: number | null;
  closedAt: number | null;
}

export interface Webhook {
  id: number;
  event: string;
  url: string;
  createdAt: number;
  updatedAt: number;
}

export type Plan = 'basic' | 'next';

export interface Store {
  id: number;
  name: string;
  /** `next` has ten times the rate limit. */
  plan: Plan;
  /** Whether variants show their inventory levels. */
  multiInventory: boolean;
  locations: StoreLocation[];
  products: Record<string, Product>;
  /** Raised with every change of the products and SKUs. */
  revision: number;
  orders: Record<string, TiendanubeOrder>;
  lastNumber: number;
  webhooks: Webhook[];
  /** Whether the merchant has installed our app. */
  installed: boolean;
  /** The only valid token; null after it was revoked or the app uninstalled. */
  token: string | null;
  tokensGiven: number;
  suspended: boolean;
  /** Shoppers who were refused because too few units were shown. */
  refusedShoppers: number;
}

/** A webhook still to be delivered. */
export interface Delivery {
  id: number;
  storeId: number;
  event: string;
  url: string;
  body: string;
  /** Attempts that failed. */
  failed: number;
  firstFailedAt: number | null;
  nextAt: number;
}

export interface AccessCode {
  code: string;
  storeId: number;
  expiresAt: number;
}

export interface TiendanubeState {
  stores: Record<string, Store>;
  codes: AccessCode[];
  outbox: Record<string, Delivery>;
  /** Deliveries that failed at their last attempt. */
  undelivered: Delivery[];
  /** The number of events so far. */
  announced: number;
  lastCatalogueId: number;
  lastOrderId: number;
  lastLineId: number;
  lastSmallId: number;
}
