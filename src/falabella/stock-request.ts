import { XMLBuilder } from 'fast-xml-parser';
import { type StockPush } from '../connectors/contract.js';
import { UnsendableStockError } from './errors.js';

/** The most SKUs that one UpdateStock takes. */
export const MAX_STOCK_ITEMS = 500;

const builder = new XMLBuilder({ processEntities: true });

/** What XML 1.0 cannot carry in any form, and control characters, which it would carry changed. */
const UNWRITABLE = /[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u;

/**
 * The body of UpdateStock. It names no warehouse: the quantity goes to the seller's main one, which is what Falabella asks of an
 * account with a single warehouse.
 * @throws UnsendableStockError when an item cannot be written or is not a whole quantity of 0 or more
 */
export function stockRequest(items: readonly StockPush[]): string {
  if (items.length === 0 || items.length > MAX_STOCK_ITEMS)
    throw new UnsendableStockError(
      items.map((item) => item.sku),
      `one UpdateStock takes 1 to ${MAX_STOCK_ITEMS} SKUs, not ${items.length}`,
    );
  const bad = items.filter((item) => !isSendable(item)).map((item) => item.sku);
  if (bad.length > 0)
    throw new UnsendableStockError(bad, `${bad.length} of ${items.length} items have a SKU or a quantity that Falabella cannot be sent`);
  const Stock = items.map((item) => ({ SellerSku: item.sku, Quantity: item.quantity }));
  return `<?xml version="1.0" encoding="UTF-8"?>${builder.build({ Request: { Warehouse: { Stock } } })}`;
}

/** Whether an item can stand in a call at all. */
export function isSendable(item: StockPush): boolean {
  return item.sku.trim() !== '' && !UNWRITABLE.test(item.sku) && Number.isSafeInteger(item.quantity) && item.quantity >= 0;
}
