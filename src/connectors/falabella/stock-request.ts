import { XMLBuilder } from 'fast-xml-parser';
import { type StockPush } from '../contract.js';
import { UnsendableStockError } from './errors.js';

/** The most SKUs that one UpdateStock takes. */
export const MAX_STOCK_ITEMS = 500;

const builder = new XMLBuilder({ processEntities: true });

/** Characters that XML 1.0 cannot carry, and control characters, which it would change. */
const UNWRITABLE = /[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u;

/** The element for each kind of warehouse id; a request with both is refused. */
const LOCATION_ELEMENT = { facility: 'GSCFacilityId', seller: 'SellerWarehouseId' } as const;

/**
 * The body of UpdateStock. An item without parts names no warehouse: its quantity goes to the seller's
 * main one, as Falabella requires for an account with one warehouse. An item with parts becomes an entry
 * per warehouse. It is not documented whether the limit of 500 means SKUs or entries, so entries are
 * counted.
 * @throws UnsendableStockError when an item cannot be written or is not a whole quantity of 0 or more
 */
export function stockRequest(items: readonly StockPush[], warehouseIds: keyof typeof LOCATION_ELEMENT): string {
  const entries = items.reduce((sum, item) => sum + entriesOf(item), 0);
  if (items.length === 0 || entries > MAX_STOCK_ITEMS)
    throw new UnsendableStockError(
      items.map((item) => item.sku),
      `one UpdateStock takes 1 to ${MAX_STOCK_ITEMS} entries, not ${entries}`,
    );
  const bad = items.filter((item) => !isSendable(item)).map((item) => item.sku);
  if (bad.length > 0)
    throw new UnsendableStockError(
      bad,
      `${bad.length} of ${items.length} items have a SKU or a quantity that Falabella cannot be sent`,
    );
  const Stock = items.flatMap((item) => stockEntries(item, LOCATION_ELEMENT[warehouseIds]));
  return `<?xml version="1.0" encoding="UTF-8"?>${builder.build({ Request: { Warehouse: { Stock } } })}`;
}

/** The number of entries that an item takes. */
export function entriesOf(item: StockPush): number {
  return Math.max(1, item.parts?.length ?? 1);
}

function stockEntries(
  { sku, quantity, parts }: StockPush,
  element: string,
): readonly Record<string, string | number>[] {
  if (!parts || parts.length === 0) return [{ SellerSku: sku, Quantity: quantity }];
  return parts.map((part) => ({ SellerSku: sku, Quantity: part.quantity, [element]: part.location }));
}

/** Whether a call can express the item at all. */
export function isSendable({ sku, quantity, parts = [] }: StockPush): boolean {
  return (
    isWritable(sku) &&
    isQuantity(quantity) &&
    parts.every((part) => isWritable(part.location) && isQuantity(part.quantity))
  );
}

function isWritable(name: string): boolean {
  return name.trim() !== '' && !UNWRITABLE.test(name);
}

function isQuantity(quantity: number): boolean {
  return Number.isSafeInteger(quantity) && quantity >= 0;
}
