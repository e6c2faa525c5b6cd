import { catalogue, type CatalogueEntry } from '../catalogue.js';
import { ulid } from './ids.js';
import {
  type InventoryLevel,
  type Plan,
  type Product,
  type Store,
  type StoreLocation,
  type TiendanubeState,
  type Variant,
} from './state.js';

/** A variant to create; `stock` is in the first location. */
export interface NewVariant {
  sku: string | null;
  stock: number | null;
  price?: string;
  values?: string[];
}

export interface NewStore {
  id: number;
  name: string;
  plan: Plan;
  locations: string[];
  installed: boolean;
}

/** The stores of a fresh platform. */
const defaultStores: readonly NewStore[] = [
  { id: 5001, name: 'Tienda Aurora', plan: 'basic', locations: ['Depósito central'], installed: true },
  {
    id: 5002,
    name: 'Casa Brisa',
    plan: 'next',
    locations: ['Depósito Norte', 'Local Centro', 'Local Sur'],
    installed: true,
  },
  { id: 5003, name: 'Deportes Cumbre', plan: 'basic', locations: ['Depósito único'], installed: true },
  { id: 5004, name: 'Mundo Delta', plan: 'next', locations: ['Centro logístico'], installed: true },
  { id: 5005, name: 'Nueva Estrella', plan: 'basic', locations: ['Depósito'], installed: false },
];

/** The store in which one SKU is on two products, and one shared SKU is unlimited. */
const untidyStore = 5003;
const severalVariants = new Set(['PROD-043', 'PROD-044', 'PROD-045', 'PROD-046']);

export function freshState(): TiendanubeState {
  const state: TiendanubeState = {
    stores: {},
    codes: [],
    outbox: {},
    undelivered: [],
    announced: 0,
    lastCatalogueId: 70_000_000,
    lastOrderId: 1_500_000_000,
    lastLineId: 5_000_000_000,
    lastSmallId: 100_000,
  };
  for (const store of defaultStores) fill(state, addStore(state, store));
  return state;
}

/** Makes a store without products. */
export function addStore(state: TiendanubeState, { id, name, plan, locations, installed }: NewStore): Store {
  const store: Store = {
    id,
    name,
    plan,
    multiInventory: locations.length > 1,
    locations: locations.map((label, place) => newLocation(id, label, place)),
    products: {},
    revision: 0,
    orders: {},
    lastNumber: 99,
    webhooks: [],
    installed,
    token: installed ? `sandbox-tiendanube-token-${id}` : null,
    tokensGiven: 0,
    suspended: false,
    refusedShoppers: 0,
  };
  state.stores[id] = store;
  return store;
}

export function newLocation(storeId: number, name: string, place: number): StoreLocation {
  return { id: ulid(storeId, place + 1), name, isDefault: place === 0, priority: place };
}

/** Creates a product; every location gets a level, and all units are in the first. */
export function addProduct(
  state: TiendanubeState,
  store: Store,
  name: string,
  variants: readonly NewVariant[],
  attributes: string[] = [],
): Product {
  const now = Date.now();
  const product: Product = {
    id: ++state.lastCatalogueId,
    name,
    attributes,
    published: true,
    variants: [],
    createdAt: now,
    updatedAt: now,
  };
  for (const variant of variants) product.variants.push(newVariant(state, store, product, variant));
  store.products[product.id] = product;
  store.revision += 1;
  return product;
}

export function newVariant(
  state: TiendanubeState,
  store: Store,
  product: Product,
  { sku, stock, price, values }: NewVariant,
): Variant {
  const now = Date.now();
  const levels = store.locations.map((location, place): InventoryLevel => ({
    id: ++state.lastCatalogueId,
    locationId: location.id,
    stock: stock === null ? null : place === 0 ? stock : 0,
  }));
  return {
    id: ++state.lastCatalogueId,
    productId: product.id,
    sku,
    price: price ?? '1000.00',
    barcode: null,
    values: values ?? [],
    levels,
    createdAt: now,
    updatedAt: now,
  };
}

/**
 * The catalogue of the sample shop, with the irregularities of a real one: variants, a missing SKU,
 * unlimited stock, and one SKU twice.
 */
function fill(state: TiendanubeState, store: Store): void {
  const single = catalogue.filter((entry) => !severalVariants.has(entry.sku));
  for (const entry of single) addProduct(state, store, entry.name, [variantOf(entry, store)]);
  const grouped = catalogue.filter((entry) => severalVariants.has(entry.sku));
  addProduct(
    state,
    store,
    'Surtido de regalos',
    grouped.map((entry) => ({ ...variantOf(entry, store), values: [entry.name] })),
    ['Modelo'],
  );
  addProduct(
    state,
    store,
    'Tarjeta de regalo',
    [
      { sku: null, stock: 20, values: ['Chica'] },
      { sku: null, stock: 10, values: ['Grande'] },
    ],
    ['Tamaño'],
  );
  addProduct(state, store, 'Curso en línea', [{ sku: 'DIGITAL-001', stock: null }]);
  if (store.id === untidyStore)
    addProduct(state, store, 'Candado de acero (segunda ficha)', [{ sku: 'PROD-040', stock: 380 }]);
}

function variantOf({ sku, quantity, price }: CatalogueEntry, store: Store): NewVariant {
  const endless = store.id === untidyStore && sku === 'PROD-050';
  return { sku, stock: endless ? null : quantity, price: price.toFixed(2) };
}
