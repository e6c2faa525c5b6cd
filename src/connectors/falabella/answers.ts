import { parseDocument, type Envelope } from './envelope.js';
import {
  type FalabellaProduct,
  type FalabellaStock,
  type FalabellaWarehouse,
  type Feed,
  type FeedInput,
  type FeedInputLine,
  type FeedState,
  type ProductPage,
  type StockPage,
} from './interfaces/falabella.interface.js';
import { at, many, skuText, spelledText, text, wholeNumber } from './tree.js';

/** The three spellings of Falabella's own id for a warehouse. */
const FACILITY = ['FacilityID', 'GSCFacilityId'] as const;

const FEED_STATES: Readonly<Record<string, FeedState>> = {
  queued: 'queued',
  processing: 'processing',
  finished: 'finished',
  canceled: 'canceled',
  cancelled: 'canceled',
  error: 'error',
};

/**
 * The feed of an accepted write: UpdateStock returns it in the body, ProductUpdate in the head; null where
 * there is none.
 */
export function feedIdOf({ head, body }: Envelope): string | null {
  return text(at(body, 'Stocks', 'feed')) || text(at(body, 'Stocks', 'Feed')) || text(at(head, 'RequestId')) || null;
}

/** The feed of a FeedStatus answer; null where there is none. */
export function feedOf({ body }: Envelope): Feed | null {
  const detail = at(body, 'FeedDetail');
  return text(at(detail, 'Feed')) ? readFeed(detail) : null;
}

/** The feeds of a FeedList answer. */
export function feedsOf({ body }: Envelope): readonly Feed[] {
  return many(at(body, 'Feed')).map(readFeed);
}

function readFeed(node: unknown): Feed {
  const stateText = text(at(node, 'Status'));
  return {
    feedId: text(at(node, 'Feed')),
    state: FEED_STATES[stateText.toLowerCase()] ?? 'unknown',
    stateText,
    action: text(at(node, 'Action')),
    createdAt: text(at(node, 'CreationDate')),
    total: wholeNumber(at(node, 'TotalRecords')),
    failed: wholeNumber(at(node, 'FailedRecords')),
    errors: many(at(node, 'FeedErrors', 'Error')).map((error) => ({
      code: text(at(error, 'Code')),
      message: text(at(error, 'Message')),
      sku: skuText(at(error, 'SellerSku')) || null,
    })),
  };
}

/** The products of a GetProducts answer; those without a seller SKU are left out. */
export function productsOf({ head, body }: Envelope): ProductPage {
  const nodes = many(at(body, 'Products', 'Product'));
  const products = nodes.map(readProduct).filter((product) => product.sellerSku.trim() !== '');
  return { products, received: nodes.length, total: wholeNumber(at(head, 'TotalCount')) };
}

function readProduct(node: unknown): FalabellaProduct {
  const units = many(at(node, 'BusinessUnits', 'BusinessUnit'));
  const own = [
    ...units.flatMap((unit) => [at(unit, 'Stock'), at(unit, 'Quantity')]),
    at(node, 'Available'),
    at(node, 'Quantity'),
  ];
  const given = own.map(wholeNumber).filter((count) => count !== null);
  const ofUnits = new Set(units.map((unit) => wholeNumber(at(unit, 'Stock')) ?? wholeNumber(at(unit, 'Quantity'))));
  const quantity = ofUnits.size > 1 ? null : (given[0] ?? null);
  return {
    sellerSku: skuText(at(node, 'SellerSku')),
    shopSku: text(at(node, 'ShopSku')),
    quantity: quantity === null ? null : Math.max(0, quantity),
    fulfilledByFalabella: given.length === 0 && (wholeNumber(at(node, 'FulfillmentBySellable')) ?? 0) > 0,
  };
}

/** The stock of a GetStock answer, one line per SKU and warehouse. */
export function stockPageOf({ body }: Envelope): StockPage {
  const own = entriesOf(at(body, 'Stocks', 'SellerWarehouses'));
  const theirs = entriesOf(at(body, 'Stocks', 'FulfillmentWarehouses'));
  return {
    lines: [...own.flatMap((node) => readStock(node, false)), ...theirs.flatMap((node) => readStock(node, true))],
    skus: new Set([...own, ...theirs].map((node) => skuText(at(node, 'SellerSku')))).size,
  };
}

function entriesOf(groups: unknown): readonly unknown[] {
  return many(groups).flatMap((group) => many(at(group, 'Warehouse')));
}

function readStock(node: unknown, fulfilledByFalabella: boolean): readonly FalabellaStock[] {
  const sku = skuText(at(node, 'SellerSku'));
  const quantity = wholeNumber(at(node, 'Quantity'));
  if (sku === '' || quantity === null) return [];
  return [
    {
      sku,
      quantity,
      warehouseId: text(at(node, 'SellerWarehouseId')),
      facilityId: spelledText(node, ...FACILITY),
      fulfilledByFalabella,
    },
  ];
}

/** The warehouses of a GetWarehouse answer; the documentation spells their fields with a small first letter. */
export function warehousesOf({ body }: Envelope): readonly FalabellaWarehouse[] {
  return many(at(body, 'Warehouses', 'Warehouse')).map((node) => ({
    name: spelledText(node, 'name'),
    sellerWarehouseId: spelledText(node, 'sellerWarehouseId'),
    facilityId: spelledText(node, ...FACILITY),
    isDefault: isYes(spelledText(node, 'isDefault')),
    fulfilledByFalabella: isYes(spelledText(node, 'isFbf')) || /^fulfil/i.test(spelledText(node, 'type')),
  }));
}

function isYes(word: string): boolean {
  return /^(1|true|yes)$/i.test(word);
}

/**
 * The content of a feed, from a GetFeedRawInput answer: a document in base64. Null when it is not shown or
 * not about stock.
 */
export async function rawInputOf({ body }: Envelope, feedId: string): Promise<FeedInput | null> {
  const node = many(at(body, 'FeedRawInput')).find((one) => text(at(one, 'Feed')) === feedId);
  const file = text(at(node, 'RawInputFile', 'File')).replace(/\s+/g, '');
  if (file === '') return null;
  const request = await parseDocument(Buffer.from(file, 'base64').toString('utf8'));
  const stock = many(at(request, 'Request', 'Warehouse'))
    .flatMap((group) => many(at(group, 'Stock')))
    .map(readInputLine);
  return stock.length > 0 ? { feedId, stock } : null;
}

function readInputLine(node: unknown): FeedInputLine {
  return {
    sku: skuText(at(node, 'SellerSku')),
    quantity: wholeNumber(at(node, 'Quantity')) ?? -1,
    location: spelledText(node, 'GSCFacilityId', 'SellerWarehouseId'),
  };
}
