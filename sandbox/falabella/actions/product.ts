import { type Action, type ActionContext, answer, page } from '../context.js';
import { type Tree } from '../envelope.js';
import { sellerError } from '../errors.js';
import { facilities, type FalabellaProduct, fulfilmentFacility, mainFacility } from '../state.js';
import { available, availableIn, reserved } from '../stock.js';

/** `["a","b"]`; null when not given. Throws E1001 for anything else. */
function skuList(context: ActionContext): string[] | null {
  const text = context.parameters.get('SkuSellerList') ?? context.parameters.get('SellerSkuList');
  if (!text) return null;
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.every((entry) => typeof entry === 'string')) return list;
  } catch {
    throw sellerError(1001, text);
  }
  throw sellerError(1001, text);
}

function chosen(context: ActionContext, wanted = skuList(context)): FalabellaProduct[] {
  const search = context.parameters.get('Search')?.toLowerCase();
  return Object.values(context.state.products).filter(
    (product) =>
      (!wanted || wanted.includes(product.sku)) &&
      (!search || product.sku.toLowerCase().includes(search) || product.name.toLowerCase().includes(search)),
  );
}

function productTree(product: FalabellaProduct, context: ActionContext): Tree {
  const free = available(product, context.settings);
  return {
    SellerSku: product.sku,
    ShopSku: product.shopSku,
    Name: product.name,
    Variation: '',
    ParentSku: product.sku,
    Quantity: Object.values(product.warehouses).reduce((sum, stock) => sum + stock.quantity, 0),
    Available: free + product.fulfilled,
    ReservedStock: reserved(product),
    RealTimeStock: 0,
    FulfillmentBySellable: product.fulfilled,
    QCStatus: 'approved',
    BusinessUnits: {
      BusinessUnit: [
        {
          BusinessUnit: 'Falabella',
          OperatorCode: 'facl',
          Price: product.price.toFixed(2),
          SpecialPrice: '',
          Stock: free,
          Status: 'active',
          isPublished: 1,
        },
      ],
    },
  };
}

const filters = ['all', 'live', 'inactive', 'deleted', 'image-missing', 'pending', 'rejected', 'sold-out'];

const getProducts: Action = (context) => {
  const filter = context.parameters.get('Filter') || 'all';
  if (!filters.includes(filter)) throw sellerError(36);
  const { limit, offset } = page(context, 100, 1000);
  const fits: Record<string, (product: FalabellaProduct) => boolean> = {
    all: () => true,
    live: (product) => available(product, context.settings) + product.fulfilled > 0,
    'sold-out': (product) => available(product, context.settings) + product.fulfilled <= 0,
  };
  const products = chosen(context).filter(fits[filter] ?? (() => false));
  return answer(context, 'Products', {
    Products: { Product: products.slice(offset, offset + limit).map((product) => productTree(product, context)) },
  });
};

const getStock: Action = (context) => {
  const wanted = context.settings.stockFilter ? skuList(context) : null;
  const unknown = wanted?.filter((sku) => !context.state.products[sku]) ?? [];
  if (unknown.length > 0) throw sellerError(1001, unknown.join(', '));
  const { limit, offset } = page(context, 1000, 1000);
  const products = chosen(context, wanted).slice(offset, offset + limit);
  const shown = context.settings.warehouses === 'multi' ? facilities : [mainFacility];
  const entry = (product: FalabellaProduct, facility: { id: string; sellerId: string }, quantity: number): Tree => ({
    SellerWarehouseId: context.settings.sellerWarehouseIds ? facility.sellerId : '',
    [context.settings.facilityKey]: facility.id,
    SellerSku: product.sku,
    Quantity: quantity,
  });
  const own = products.flatMap((product) =>
    shown.map((facility) =>
      entry(
        product,
        facility,
        availableIn(product.warehouses[facility.id] ?? { quantity: 0, reserved: 0 }, context.settings),
      ),
    ),
  );
  const theirs = products
    .filter((product) => product.fulfilled > 0)
    .map((product) => entry(product, fulfilmentFacility, product.fulfilled));
  return answer(context, 'Stocks', {
    Stocks: { SellerWarehouses: { Warehouse: own }, FulfillmentWarehouses: { Warehouse: theirs } },
  });
};

const getWarehouse: Action = (context) => {
  const shown = context.settings.warehouses === 'multi' ? facilities : [mainFacility];
  const row = (name: string, sellerId: string, id: string, kind: { isDefault: boolean; isFbf: boolean }): Tree => ({
    name,
    sellerWarehouseId: context.settings.sellerWarehouseIds ? sellerId : '',
    facilityId: id,
    warehouseType: 'only_shipments',
    isFbf: kind.isFbf,
    isDefault: kind.isDefault,
    isPickupStore: false,
    isEnabled: true,
  });
  const own = shown.map(({ id, sellerId, name }, place) =>
    row(name, sellerId, id, { isDefault: place === 0, isFbf: false }),
  );
  const theirs = row('Fulfillment by Falabella', fulfilmentFacility.sellerId, fulfilmentFacility.id, {
    isDefault: false,
    isFbf: true,
  });
  const { limit, offset } = page(context, 20, 100);
  return answer(context, 'Warehouses', { Warehouses: { Warehouse: [...own, theirs].slice(offset, offset + limit) } });
};

/** Answers without checking the signature, so that it proves nothing about a key. */
const getBrands: Action = (context) =>
  answer(context, 'Brands', { Brands: { Brand: [{ BrandId: 1, Name: 'GENERICO', GlobalIdentifier: 'generico' }] } });

export const productActions: Record<string, Action> = {
  GetProducts: getProducts,
  GetStock: getStock,
  GetWarehouse: getWarehouse,
  GetBrands: getBrands,
};
