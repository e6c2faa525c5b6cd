import { type FalabellaSettings } from '../settings.js';
import { type FalabellaProduct, type OrderItem, type WarehouseStock } from './state.js';

/** Units that can be sold from one warehouse, in the configured stock model. */
export function availableIn(stock: WarehouseStock, settings: FalabellaSettings): number {
  return settings.stockModel === 'on_hand' ? stock.quantity - stock.reserved : stock.quantity;
}

/** Units the seller's own warehouses can sell. */
export function available(product: FalabellaProduct, settings: FalabellaSettings): number {
  return Object.values(product.warehouses).reduce((sum, stock) => sum + availableIn(stock, settings), 0);
}

export function reserved(product: FalabellaProduct): number {
  return Object.values(product.warehouses).reduce((sum, stock) => sum + stock.reserved, 0);
}

/**
 * Takes one unit for a new item. In the `available` model the number falls at once; otherwise only the
 * reservation grows.
 */
export function takeUnit(
  product: FalabellaProduct,
  facility: string,
  settings: FalabellaSettings,
): OrderItem['takenAs'] {
  const stock = product.warehouses[facility];
  if (!stock) return 'reserved';
  stock.reserved += 1;
  if (settings.stockModel === 'on_hand') return 'reserved';
  stock.quantity -= 1;
  return 'quantity';
}

/** A pending unit is cancelled: its reservation ends and, by default, it can be sold again. */
export function returnUnit(product: FalabellaProduct, item: OrderItem, settings: FalabellaSettings): void {
  const stock = product.warehouses[item.facility];
  if (!stock) return;
  stock.reserved -= 1;
  if (item.takenAs === 'quantity' && settings.cancelReturnsStock) stock.quantity += 1;
  if (item.takenAs === 'reserved' && !settings.cancelReturnsStock) stock.quantity -= 1;
}

/** A unit becomes ready to ship: the reservation becomes a deduction. */
export function deductUnit(product: FalabellaProduct, item: OrderItem): void {
  const stock = product.warehouses[item.facility];
  if (!stock) return;
  stock.reserved -= 1;
  if (item.takenAs === 'reserved') stock.quantity -= 1;
}
