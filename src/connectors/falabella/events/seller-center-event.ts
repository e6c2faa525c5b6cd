import { type WebhookIntent } from '../../contract.js';
import { isObject } from '../dto/read-body.js';

/**
 * The events of Seller Center that we register. `onReturnStatusChanged` is not Falabella's but a sister
 * platform's; it names an order, too.
 */
export const ORDER_EVENTS = ['onOrderCreated', 'onOrderItemsStatusChanged'] as const;
export const PRODUCT_EVENTS = ['onProductCreated', 'onProductQcStatusChanged', 'onProductUpdated'] as const;
const FEED_COMPLETED = 'onFeedCompleted';
const NAMES_AN_ORDER: ReadonlySet<string> = new Set([...ORDER_EVENTS, 'onReturnStatusChanged']);
const NAMES_PRODUCTS: ReadonlySet<string> = new Set(PRODUCT_EVENTS);

const MAX_SKUS = 1_000;
const ID = /^[!-~]{1,100}$/;
const SKU = /^[^\p{Cc}\p{Cs}]{1,100}$/u;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Decodes one of Falabella's own webhooks, `{"event": ..., "payload": ...}`. It is not signed, so only
 * names are taken from it. It never raises an error: Falabella repeats a refused webhook for thirty days,
 * and its sender could not correct it. Unneeded and unknown events become intents of the kind `nothing`.
 */
export function decodeEvent(rawBody: Buffer): WebhookIntent {
  const body = parsed(rawBody);
  if (body === null) return nothing('no JSON object');
  const event = printable(body['event']);
  const payload = isObject(body['payload']) ? body['payload'] : {};
  if (NAMES_AN_ORDER.has(event)) {
    const orderId = idOf(payload['OrderId']);
    return orderId === null ? nothing(`${event} without an OrderId`) : { kind: 'orderRef', orderId };
  }
  if (NAMES_PRODUCTS.has(event)) return { kind: 'listingRef', skus: skusOf(payload) };
  if (event === FEED_COMPLETED) {
    const ref = idOf(payload['Feed']);
    return ref === null ? nothing(`${event} without a Feed`) : { kind: 'pushRef', ref };
  }
  return nothing(event || 'no event');
}

function nothing(about: string): WebhookIntent {
  return { kind: 'nothing', about };
}

function parsed(rawBody: Buffer): Fields | null {
  try {
    const body = JSON.parse(rawBody.toString('utf8')) as unknown;
    return isObject(body) ? body : null;
  } catch {
    return null;
  }
}

/** Ids may be numbers or texts. */
function idOf(value: unknown): string | null {
  const id =
    typeof value === 'number' && Number.isSafeInteger(value)
      ? String(value)
      : typeof value === 'string'
        ? value.trim()
        : '';
  return ID.test(id) ? id : null;
}

function skusOf(payload: Fields): readonly string[] {
  const given = payload['SellerSkus'];
  const list = Array.isArray(given) ? given : [given];
  return list.slice(0, MAX_SKUS).filter((sku): sku is string => typeof sku === 'string' && SKU.test(sku));
}

/** The sender's word, short and harmless enough to be stored. */
function printable(value: unknown): string {
  return typeof value === 'string'
    ? value
        .replace(/[^\x20-\x7e]/g, '')
        .slice(0, 64)
        .trim()
    : '';
}
