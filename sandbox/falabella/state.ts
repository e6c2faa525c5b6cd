import { randomUUID } from 'node:crypto';
import { catalogue, type CatalogueEntry } from '../catalogue.js';

/** A number in one seller warehouse. What `quantity` means depends on the stock model in force. */
export interface WarehouseStock {
  quantity: number;
  reserved: number;
}

export interface FalabellaProduct {
  sku: string;
  shopSku: string;
  name: string;
  price: number;
  /** By facility id. */
  warehouses: Record<string, WarehouseStock>;
  /** Units in Falabella's own warehouse; no call of the seller changes them. */
  fulfilled: number;
}

export interface OrderItem {
  id: number;
  sku: string;
  shopSku: string;
  name: string;
  price: number;
  status: string;
  /** Fulfilled by Falabella: not the seller's stock. */
  fulfilled: boolean;
  /** Facility the unit is sold from. */
  facility: string;
  /** How the unit was subtracted when it was sold; it is returned in the same way. */
  takenAs: 'quantity' | 'reserved';
  createdAt: number;
  updatedAt: number;
  /** Not shown before this moment. */
  visibleFrom: number;
  reason: string;
  packageId: string;
}

export interface FalabellaOrder {
  id: number;
  number: string;
  createdAt: number;
  updatedAt: number;
  items: OrderItem[];
  /** The bytes of the last simple webhook, for exact repeats. */
  lastBody: string | null;
}

type FeedStatus = 'Queued' | 'Processing' | 'Finished' | 'Canceled' | 'Error';

export interface WarehouseName {
  element: 'GSCFacilityId' | 'SellerWarehouseId';
  id: string;
}

export interface FeedRecord {
  sku: string;
  quantity: number;
  facility: string | null;
  /** The warehouse's name in the request. */
  named?: WarehouseName;
  error: { code: number; message: string } | null;
}

export interface Feed {
  id: string;
  action: 'ProductStockUpdate' | 'ProductUpdate';
  status: FeedStatus;
  createdAt: number;
  updatedAt: number;
  startAt: number;
  finishAt: number;
  records: FeedRecord[];
  processed: number;
}

export interface Hook {
  id: string;
  url: string;
  events: string[];
  createdAt: number;
}

/** A webhook still to be delivered. */
export interface OutgoingHook {
  id: string;
  url: string;
  body: string;
  attempt: number;
  nextAt: number;
  firstAt: number;
}

export interface FalabellaState {
  products: Record<string, FalabellaProduct>;
  orders: FalabellaOrder[];
  feeds: Feed[];
  hooks: Hook[];
  outbox: OutgoingHook[];
  lastOrderId: number;
  lastItemId: number;
  /** The number of events for hooks so far. */
  announced?: number;
  feedGate: { windowStart: number; used: number; lastAt: number };
}

export const facilities = [
  { id: 'GSC-SC-0001', sellerId: 'BODEGA-PRINCIPAL', name: 'Bodega principal' },
  { id: 'GSC-SC-0002', sellerId: 'BODEGA-NORTE', name: 'Bodega norte' },
] as const;
export const mainFacility = facilities[0];
/** Falabella's own warehouse; a seller's stock update may not name it. */
export const fulfilmentFacility = { id: 'FBF-CL-0001', sellerId: 'FBF-CL-0001' } as const;

/**
 * A product with all its units in the first warehouse; `place` is its position among all products,
 * `fulfilled` Falabella's own stock.
 */
export function newProduct(
  { sku, name, price, quantity }: CatalogueEntry,
  place: number,
  fulfilled = 0,
): FalabellaProduct {
  return {
    sku,
    shopSku: String(880_000_001 + place),
    name,
    price,
    warehouses: Object.fromEntries(
      facilities.map(({ id }, at) => [id, { quantity: at === 0 ? quantity : 0, reserved: 0 }]),
    ),
    fulfilled,
  };
}

export function freshState(): FalabellaState {
  const products: Record<string, FalabellaProduct> = {};
  catalogue.forEach((entry, index) => {
    products[entry.sku] = newProduct(entry, index, index >= 47 && index < 50 ? 25 : 0);
  });
  return {
    products,
    orders: [],
    feeds: [],
    hooks: [],
    outbox: [],
    lastOrderId: 1000,
    lastItemId: 500_000,
    feedGate: { windowStart: 0, used: 0, lastAt: 0 },
  };
}

export const newId = (): string => randomUUID();
