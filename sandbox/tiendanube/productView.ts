import { timeText } from './ids.js';
import { type InventoryLevel, type Product, type Store, type StoreLocation, type Variant } from './state.js';
import { shown } from './stock.js';

export function variantView(variant: Variant, store: Store): Record<string, unknown> {
  const stock = shown(variant);
  return {
    id: variant.id,
    image_id: null,
    product_id: variant.productId,
    price: variant.price,
    promotional_price: null,
    stock_management: stock !== null,
    stock,
    weight: '0.500',
    width: '10.00',
    height: '10.00',
    depth: '10.00',
    sku: variant.sku,
    values: variant.values.map((value) => ({ es: value })),
    barcode: variant.barcode,
    cost: null,
    created_at: timeText(variant.createdAt),
    updated_at: timeText(variant.updatedAt),
    ...(store.multiInventory && {
      inventory_levels: variant.levels.map((level) => ({
        id: level.id,
        variant_id: variant.id,
        location_id: level.locationId,
        stock: level.stock,
      })),
    }),
  };
}

export function productView(product: Product, store: Store): Record<string, unknown> {
  return {
    id: product.id,
    name: { es: product.name },
    description: { es: '' },
    handle: { es: `producto-${product.id}` },
    attributes: product.attributes.map((name) => ({ es: name })),
    published: product.published,
    free_shipping: false,
    requires_shipping: true,
    brand: null,
    tags: '',
    images: [],
    categories: [],
    created_at: timeText(product.createdAt),
    updated_at: timeText(product.updatedAt),
    variants: product.variants.map((variant) => variantView(variant, store)),
  };
}

export function locationView(location: StoreLocation, store: Store): Record<string, unknown> {
  return {
    id: location.id,
    name: { es: location.name },
    store_id: String(store.id),
    address: {
      street: 'Calle Falsa',
      number: '123',
      city: 'Springfield',
      zipcode: '1000',
      country: { code: 'AR', name: 'Argentina' },
    },
    is_default: location.isDefault,
    priority: location.priority,
    created_at: '2024-01-01T00:00:00+0000',
    updated_at: '2024-01-01T00:00:00+0000',
  };
}

/** In the list of a location all ids are text. */
export function levelView(level: InventoryLevel, variant: Variant): Record<string, unknown> {
  return {
    id: String(level.id),
    variant_id: String(variant.id),
    location_id: level.locationId,
    stock: level.stock,
    created_at: timeText(variant.createdAt),
    updated_at: timeText(variant.updatedAt),
  };
}
