import { allVariants, variantsBySku } from '../../tiendanube/catalogueIndex.js';
import { type DeliveryCounters } from '../../tiendanube/hooks.js';
import { type LimitCounters } from '../../tiendanube/limits.js';
import { type Tiendanube } from '../../tiendanube/platform.js';
import { type Delivery, type Store, type TiendanubeOrder, type Variant } from '../../tiendanube/state.js';
import { shown } from '../../tiendanube/stock.js';

interface ShownVariant {
  productId: number;
  variantId: number;
  sku: string | null;
  /** Units that shoppers can buy; null: unlimited. */
  stock: number | null;
  locations: Array<{ id: string; stock: number | null }>;
}

export interface StoreState {
  id: number;
  name: string;
  plan: Store['plan'];
  token: string | null;
  installed: boolean;
  suspended: boolean;
  locations: Store['locations'];
  shown: ShownVariant[];
  orders: TiendanubeOrder[];
  webhooks: Array<{ id: number; event: string; url: string }>;
  /** Shoppers who wanted more than was shown. */
  refusedShoppers: number;
  limits: LimitCounters;
}

export interface TiendanubeSandboxState {
  stores: StoreState[];
  /** Webhooks that are still to be delivered. */
  outbox: number;
  deliveries: DeliveryCounters;
  /** Webhooks that failed at their last attempt. */
  undelivered: Array<Pick<Delivery, 'storeId' | 'event' | 'url' | 'body'>>;
}

/** The state of one store. With a SKU: only the variants and orders with that SKU. */
export function describeStore(platform: Tiendanube, store: Store, sku?: string): StoreState {
  const { id, name, plan, token, installed, suspended, locations, webhooks, refusedShoppers } = store;
  const variants = sku === undefined ? allVariants(store) : variantsBySku(store, sku);
  return {
    id,
    name,
    plan,
    token,
    installed,
    suspended,
    locations,
    shown: variants.map(describeVariant),
    orders: Object.values(store.orders).filter(
      (order) => sku === undefined || order.lines.some((line) => line.sku === sku),
    ),
    webhooks: webhooks.map((webhook) => ({ id: webhook.id, event: webhook.event, url: webhook.url })),
    refusedShoppers,
    limits: platform.countersOf(store),
  };
}

export function describeVariant(variant: Variant): ShownVariant {
  return {
    productId: variant.productId,
    variantId: variant.id,
    sku: variant.sku,
    stock: shown(variant),
    locations: variant.levels.map(({ locationId, stock }) => ({ id: locationId, stock })),
  };
}

export function describeTiendanube(platform: Tiendanube, sku?: string): TiendanubeSandboxState {
  const { stores, outbox, undelivered } = platform.state;
  return {
    stores: Object.values(stores).map((store) => describeStore(platform, store, sku)),
    outbox: Object.keys(outbox).length,
    deliveries: platform.hooks.counters,
    undelivered: undelivered.map(({ storeId, event, url, body }) => ({ storeId, event, url, body })),
  };
}
