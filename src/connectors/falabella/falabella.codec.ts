import { NotFoundError } from '../../common/errors.js';
import { type WebhookIntent, type OrderLine } from '../contract.js';
import { MAX_PRODUCTS, OrderWebhookDto, type OrderProductDto } from './dto/order-webhook.dto.js';
import { checked, isObject, jsonObject, pickPlain } from './dto/read-body.js';
import { StockWebhookDto } from './dto/stock-webhook.dto.js';
import { decodeEvent } from './events/seller-center-event.js';
import { orderStatus } from './order-status.js';
import { parseTimestamp } from './timestamp.js';

/** The topic of Falabella's own webhooks. */
export const EVENT_TOPIC = 'event';

/**
 * Decodes a webhook body. Takes over only SKUs, quantities, the order id, its status and its time.
 * @throws InvalidInputError naming each field at fault and the expected form
 * @throws NotFoundError for a topic that this connector does not have
 */
export function decode(topic: string, rawBody: Buffer): WebhookIntent {
  switch (topic) {
    case 'order':
      return decodeOrder(rawBody);
    case 'stock':
      return decodeStock(rawBody);
    case EVENT_TOPIC:
      return decodeEvent(rawBody);
    default:
      throw new NotFoundError('problems.not-found.webhook_topic', {
        connector: 'Falabella',
        topic: JSON.stringify(topic.slice(0, 40)),
      });
  }
}

function decodeOrder(rawBody: Buffer): WebhookIntent {
  const body = jsonObject(rawBody);
  const fields = pickPlain(body, ['orderId', 'status', 'timestamp']);
  const order = checked(OrderWebhookDto, { ...fields, products: pickProducts(body['products']) });
  const statusText = order.status.trim();
  return {
    kind: 'order',
    order: {
      orderId: String(order.orderId),
      status: orderStatus(statusText),
      statusText,
      lines: linesOf(order.products),
      version: parseTimestamp(order.timestamp) ?? 0,
    },
  };
}

function decodeStock(rawBody: Buffer): WebhookIntent {
  const { sku, quantity, timestamp } = checked(
    StockWebhookDto,
    pickPlain(jsonObject(rawBody), ['sku', 'quantity', 'timestamp']),
  );
  const observedAt = timestamp ? parseTimestamp(timestamp) : null;
  return { kind: 'channelStock', sku, quantity, ...(observedAt !== null && { observedAt }) };
}

/** Too long a list is not read. A list item that is not an object becomes a product without fields. */
function pickProducts(products: unknown): readonly Record<string, unknown>[] | undefined {
  if (!Array.isArray(products) || products.length > MAX_PRODUCTS) return undefined;
  return products.map((product: unknown) =>
    isObject(product) ? pickPlain(product, ['sku', 'quantity', 'price']) : {},
  );
}

/**
 * One line per SKU, summed, in the order of first occurrence. The SKU is the only id of a line that a
 * later body repeats.
 */
function linesOf(products: readonly OrderProductDto[]): readonly OrderLine[] {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of products) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return [...quantities].map(([sku, quantity]) => ({ lineId: sku, sku, quantity }));
}
