import { type Envelope } from './envelope.js';
import {
  type FalabellaProduct,
  type FalabellaStock,
  type Feed,
  type FeedState,
  type ProductPage,
} from './interfaces/falabella.interface.js';
import { at, exactText, many, text, wholeNumber } from './tree.js';

const FEED_STATES: Readonly<Record<string, FeedState>> = {
  queued: 'queued',
  processing: 'processing',
  finished: 'finished',
  canceled: 'canceled',
  cancelled: 'canceled',
  error: 'error',
};

/** The feed that an accepted write became: UpdateStock gives it in the body, ProductUpdate in the head; null where there is none. */
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
      sku: exactText(at(error, 'SellerSku')) || null,
    })),
  };
}

/** The products of a GetProducts answer; those without a SKU of the seller's are left out. */
export function productsOf({ head, body }: Envelope): ProductPage {
  const nodes = many(at(body, 'Products', 'Product'));
  const products = nodes.map(readProduct).filter((product) => product.sellerSku.trim() !== '');
  return { products, received: nodes.length, total: wholeNumber(at(head, 'TotalCount')) };
}

function readProduct(node: unknown): FalabellaProduct {
  const units = many(at(node, 'BusinessUnits', 'BusinessUnit'));
  const own = [...units.flatMap((unit) => [at(unit, 'Stock'), at(unit, 'Quantity')]), at(node, 'Available'), at(node, 'Quantity')];
  const given = own.map(wholeNumber).filter((count) => count !== null);
  const ofUnits = new Set(units.map((unit) => wholeNumber(at(unit, 'Stock')) ?? wholeNumber(at(unit, 'Quantity'))));
  const quantity = ofUnits.size > 1 ? null : (given[0] ?? null);
  return {
    sellerSku: exactText(at(node, 'SellerSku')),
    shopSku: text(at(node, 'ShopSku')),
    quantity: quantity === null ? null : Math.max(0, quantity),
    fulfilledByFalabella: given.length === 0 && (wholeNumber(at(node, 'FulfillmentBySellable')) ?? 0) > 0,
  };
}

/** The stock of a GetStock answer, one line per SKU and warehouse. */
export function stockOf({ body }: Envelope): readonly FalabellaStock[] {
  return [
    ...warehousesOf(at(body, 'Stocks', 'SellerWarehouses')).flatMap((node) => readStock(node, false)),
    ...warehousesOf(at(body, 'Stocks', 'FulfillmentWarehouses')).flatMap((node) => readStock(node, true)),
  ];
}

function warehousesOf(groups: unknown): readonly unknown[] {
  return many(groups).flatMap((group) => many(at(group, 'Warehouse')));
}

/** The name of the facility is spelled in three ways. */
function readStock(node: unknown, fulfilledByFalabella: boolean): readonly FalabellaStock[] {
  const sku = exactText(at(node, 'SellerSku'));
  const quantity = wholeNumber(at(node, 'Quantity'));
  if (sku === '' || quantity === null) return [];
  const facilityId = ['FacilityID', 'FacilityId', 'GSCFacilityId'].map((name) => text(at(node, name))).find((id) => id !== '') ?? '';
  return [{ sku, quantity, warehouseId: text(at(node, 'SellerWarehouseId')), facilityId, fulfilledByFalabella }];
}
