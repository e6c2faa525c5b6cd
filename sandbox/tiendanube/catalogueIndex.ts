import { type Store, type Variant } from './state.js';

interface CatalogueIndex {
  revision: number;
  byId: Map<number, Variant>;
  bySku: Map<string, Variant[]>;
}

const indexes = new WeakMap<Store, CatalogueIndex>();

function indexOf(store: Store): CatalogueIndex {
  const known = indexes.get(store);
  if (known?.revision === store.revision) return known;
  const index: CatalogueIndex = { revision: store.revision, byId: new Map(), bySku: new Map() };
  for (const product of Object.values(store.products)) {
    for (const variant of product.variants) {
      index.byId.set(variant.id, variant);
      if (variant.sku !== null) index.bySku.set(variant.sku, [...(index.bySku.get(variant.sku) ?? []), variant]);
    }
  }
  indexes.set(store, index);
  return index;
}

export const variantById = (store: Store, id: number): Variant | undefined => indexOf(store).byId.get(id);

/** All variants of a SKU, the oldest first: a merchant may use one twice. */
export const variantsBySku = (store: Store, sku: string): readonly Variant[] => indexOf(store).bySku.get(sku) ?? [];

export const allVariants = (store: Store): Variant[] => [...indexOf(store).byId.values()];
