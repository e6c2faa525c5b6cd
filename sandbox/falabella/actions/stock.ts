import { type Answer } from '../../http/answer.js';
import { type Action, type ActionContext, answer } from '../context.js';
import { listOf, parseXml } from '../envelope.js';
import { sellerError } from '../errors.js';
import { createFeed, type StockLine } from '../feeds.js';
import { type Feed } from '../state.js';

const maximum = 500;

function requestBody(context: ActionContext): Record<string, unknown> {
  if (context.method !== 'POST') throw sellerError(5);
  try {
    const request = parseXml(context.body).Request;
    if (typeof request === 'object' && request !== null) return request as Record<string, unknown>;
  } catch {
    throw sellerError(5);
  }
  throw sellerError(5);
}

/** The text of an element; null when it is missing, empty or contains other elements. */
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

function stockLine(raw: unknown): StockLine {
  const entry = raw as Record<string, unknown>;
  const sku = textOf(entry.SellerSku);
  const facility = textOf(entry.GSCFacilityId);
  const seller = textOf(entry.SellerWarehouseId);
  if (sku === null) throw sellerError(89, 'SellerSku');
  const quantity = textOf(entry.Quantity);
  if (quantity === null) throw sellerError(89, 'Quantity');
  // At most one kind of warehouse id.
  if (facility !== null && seller !== null) throw sellerError(5);
  const warehouse =
    facility !== null
      ? ({ element: 'GSCFacilityId', id: facility } as const)
      : seller !== null
        ? ({ element: 'SellerWarehouseId', id: seller } as const)
        : null;
  return { sku, quantity: quantity.trim(), warehouse };
}

function checkLines(context: ActionContext, lines: readonly StockLine[]): void {
  if (lines.length === 0 || lines.length > maximum) throw sellerError(5);
  const unknown = lines.filter((line) => !context.state.products[line.sku]).map((line) => line.sku);
  if (unknown.length > 0 && context.settings.unknownSkus === 'refuse') throw sellerError(1001, unknown.join(', '));
}

const updateStock: Action = (context) => {
  const warehouse = requestBody(context).Warehouse as Record<string, unknown> | undefined;
  const lines = listOf(warehouse?.Stock).map(stockLine);
  checkLines(context, lines);
  if (context.settings.countUpdateStock && !context.passFeedGate()) throw sellerError(429);
  const feed = createFeed(context.state, context.settings, 'ProductStockUpdate', lines);
  if (context.settings.feedIdIn === 'head') return answer(context, '', '', { RequestId: feed.id });
  return answer(context, '', { Stocks: { feed: feed.id } }, { RequestId: '' });
};

const productUpdate: Action = (context) => {
  const lines = listOf(requestBody(context).Product).flatMap((raw) => {
    const product = raw as Record<string, unknown>;
    const units = listOf((product.BusinessUnits as Record<string, unknown> | undefined)?.BusinessUnit) as Record<
      string,
      unknown
    >[];
    // Empty values leave the number unchanged.
    const stocks = [product.Quantity, ...units.map((unit) => unit.Stock)].map(textOf).filter((stock) => stock !== null);
    return stocks.map((stock) => stockLine({ SellerSku: product.SellerSku, Quantity: stock }));
  });
  if (lines.length > 1000) throw sellerError(5);
  if (!context.passFeedGate()) throw sellerError(429);
  const feed = createFeed(context.state, context.settings, 'ProductUpdate', lines);
  context.announce('onFeedCreated', { Feed: feed.id });
  return feedInHead(context, feed);
};

function feedInHead(context: ActionContext, feed: Feed): Answer {
  return answer(context, '', '', { RequestId: feed.id });
}

export const stockActions: Record<string, Action> = { UpdateStock: updateStock, ProductUpdate: productUpdate };
