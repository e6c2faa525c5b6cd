import { NotFoundError } from '../../common/errors.js';
import { type WebhookIntent } from '../contract.js';
import { idOf, isNode, listOf, member, type Node } from './json.js';

/** The topic of the webhooks that name their event. */
const EVENT_TOPIC = 'event';

/** Privacy webhooks have a separate address each, set in the partner panel, because their bodies name no event. */
const PRIVACY_TOPICS = {
  'store-redact': 'store/redact',
  'customers-redact': 'customers/redact',
  'customers-data-request': 'customers/data_request',
} as const;

type PrivacyEvent = (typeof PRIVACY_TOPICS)[keyof typeof PRIVACY_TOPICS];

const PRIVACY_EVENTS: ReadonlySet<string> = new Set(Object.values(PRIVACY_TOPICS));
const ACCOUNT_EVENTS = {
  'app/uninstalled': 'uninstalled',
  'app/suspended': 'suspended',
  'app/resumed': 'resumed',
} as const;
/** The catalogue may change with these. They do not name SKUs, only product ids. */
const PRODUCT_EVENTS: ReadonlySet<string> = new Set(['product/created', 'product/updated']);
const CATALOGUE_EVENTS: ReadonlySet<string> = new Set(['location/created', 'location/updated', 'location/deleted']);
const MOST_ORDERS = 10_000;

/**
 * Decodes a webhook. Only names are taken from it. It never raises an error: Tiendanube repeats a refused
 * webhook for two days, and its sender could not correct it. Unneeded and unknown events become intents of
 * the kind `nothing`.
 * @throws NotFoundError for a topic that this connector does not have
 */
export function decode(topic: string, rawBody: Buffer): WebhookIntent {
  if (topic !== EVENT_TOPIC && !Object.hasOwn(PRIVACY_TOPICS, topic))
    throw new NotFoundError('problems.not-found.webhook_topic', {
      connector: 'Tiendanube',
      topic: JSON.stringify(topic.slice(0, 40)),
    });
  const body = parsed(rawBody);
  if (body === null) return nothing('no JSON object');
  if (topic !== EVENT_TOPIC) return privacy(PRIVACY_TOPICS[topic as keyof typeof PRIVACY_TOPICS], body);
  const event = wordOf(member(body, 'event')) || (privacyShapeOf(body) ?? '');
  if (event.startsWith('order/')) return order(event, member(body, 'id'));
  // Their own ids are not those of orders; the order of the shipment has a separate field.
  if (event.startsWith('fulfillment_order/') || event.startsWith('fulfillment/'))
    return order(event, member(body, 'order_id'));
  if (PRODUCT_EVENTS.has(event)) return product(event, member(body, 'id'));
  if (CATALOGUE_EVENTS.has(event)) return { kind: 'listingRef', skus: [] };
  if (isAccountEvent(event)) return { kind: 'account', what: ACCOUNT_EVENTS[event] };
  if (isPrivacyEvent(event)) return privacy(event, body);
  return nothing(event || 'no event');
}

/** The store that a body names; null where it names none. */
export function storeOf(rawBody: Buffer): string | null {
  const body = parsed(rawBody);
  return body === null ? null : idOf(member(body, 'store_id')) || null;
}

function nothing(about: string): WebhookIntent {
  return { kind: 'nothing', about };
}

function order(event: string, given: unknown): WebhookIntent {
  const orderId = idOf(given);
  if (orderId === '') return nothing(`${event} without the id of an order`);
  return { kind: 'orderRef', orderId, ...(event === 'order/edited' && { edited: true }) };
}

function product(event: string, given: unknown): WebhookIntent {
  const id = idOf(given);
  return id === '' ? nothing(`${event} without an id`) : { kind: 'listingRef', skus: [], products: [id] };
}

/** Takes over the orders and the number of the request, but not the person. */
function privacy(what: PrivacyEvent, body: Node): WebhookIntent {
  const named = [...listOf(member(body, 'orders_to_redact')), ...listOf(member(body, 'orders_requested'))];
  const orders = named.slice(0, MOST_ORDERS).map(idOf);
  const request = idOf(member(member(body, 'data_request'), 'id'));
  return { kind: 'privacy', what, orders: orders.filter((id) => id !== ''), ...(request !== '' && { request }) };
}

function privacyShapeOf(body: Node): PrivacyEvent | null {
  if (Object.hasOwn(body, 'data_request')) return 'customers/data_request';
  return Object.hasOwn(body, 'orders_to_redact') ? 'customers/redact' : null;
}

function isAccountEvent(event: string): event is keyof typeof ACCOUNT_EVENTS {
  return Object.hasOwn(ACCOUNT_EVENTS, event);
}

function isPrivacyEvent(event: string): event is PrivacyEvent {
  return PRIVACY_EVENTS.has(event);
}

function parsed(rawBody: Buffer): Node | null {
  try {
    const body = JSON.parse(rawBody.toString('utf8')) as unknown;
    return isNode(body) ? body : null;
  } catch {
    return null;
  }
}

/** The name of an event, short and harmless enough to be stored; empty for any other value. */
function wordOf(value: unknown): string {
  return typeof value === 'string' && /^[a-z_]{1,40}\/[a-z_]{1,40}$/.test(value) ? value : '';
}
