import { queue, bodyOf } from '../../tiendanube/hooks.js';
import { grant } from '../../tiendanube/oauth.js';
import { RefusedChange } from '../../tiendanube/orders.js';
import { type Tiendanube } from '../../tiendanube/platform.js';
import { addProduct, addStore, type NewVariant } from '../../tiendanube/seed.js';
import { type Store } from '../../tiendanube/state.js';
import { allow, BadInput, choice, type Input, needText, number, text } from '../input.js';

const topics = ['store/redact', 'customers/redact', 'customers/data_request'] as const;

/**
 * The merchant consents. Gives back a code, and the address to which the browser returns. Without `state`:
 * from the app store, without a link of the app.
 */
export function giveConsent(platform: Tiendanube, store: Store, input: Input): { code: string; location: string } {
  allow(input, ['state']);
  return grant(platform.state, platform.settings, platform.appUrl, store, text(input, 'state') ?? null);
}

/** Drops the deliveries that wait for a store's webhooks, except those about the app itself. */
function dropDeliveries(platform: Tiendanube, store: Store): void {
  const { outbox } = platform.state;
  for (const one of Object.values(outbox))
    if (one.storeId === store.id && !one.event.startsWith('app/')) delete outbox[one.id];
}

/** The merchant removes the app: the token is revoked, and the webhooks are sent once more and deleted. */
export function uninstall(platform: Tiendanube, store: Store): void {
  platform.announce(store, 'app/uninstalled');
  dropDeliveries(platform, store);
  Object.assign(store, { installed: false, token: null, webhooks: [], suspended: false });
  platform.wake();
}

/** The store or the app is not paid for: every call is answered 402, and webhooks stop. */
export function suspend(platform: Tiendanube, store: Store): void {
  platform.announce(store, 'app/suspended');
  dropDeliveries(platform, store);
  store.suspended = true;
  platform.wake();
}

export function resume(platform: Tiendanube, store: Store): void {
  store.suspended = false;
  platform.announce(store, 'app/resumed');
}

/** Revokes the token without a webhook. */
export function revoke(platform: Tiendanube, store: Store): void {
  store.token = null;
  platform.wake();
}

/**
 * Sends one of the privacy webhooks, which are not registered: on the real platform their addresses are
 * set by hand.
 */
export function sendPrivacy(platform: Tiendanube, store: Store, input: Input): { url: string; body: string } {
  allow(input, ['topic', 'customerId', 'orderIds', 'path']);
  needText(input, 'topic');
  const topic = choice(input, 'topic', topics, 'store/redact');
  const path = (text(input, 'path') ?? platform.settings.privacyPath).replace('{topic}', topic.replace(/[/_]/g, '-'));
  const url = new URL(path, platform.appUrl ?? 'http://127.0.0.1:9').href;
  const body = JSON.stringify({ store_id: store.id, ...(topic === 'store/redact' ? {} : person(store, topic, input)) });
  queue(platform.state, { storeId: store.id, event: topic, url, body, nextAt: Date.now() });
  platform.wake();
  return { url, body };
}

function person(store: Store, topic: string, input: Input): Record<string, unknown> {
  const id = number(input, 'customerId') ?? 900_001;
  const orders = (input.orderIds ??
    Object.values(store.orders)
      .filter((order) => order.customerId === id)
      .map((order) => order.id)) as number[];
  const customer = { id, email: `cliente-${id}@example.com`, phone: '+541100000000', identification: '20000000001' };
  if (topic === 'customers/redact') return { customer, orders_to_redact: orders };
  return {
    customer,
    orders_requested: orders,
    checkouts_requested: [],
    drafts_orders_requested: [],
    data_request: { id: 456 },
  };
}

/** Sends a webhook again, or one without a cause: to every webhook of the event, or to the one given address. */
export function notify(platform: Tiendanube, store: Store, input: Input): { queued: number } {
  allow(input, ['event', 'id', 'times', 'url', 'delayMs']);
  const event = needText(input, 'event');
  const id = typeof input.id === 'number' ? input.id : text(input, 'id');
  const url = text(input, 'url');
  const urls = url === undefined ? store.webhooks.filter((one) => one.event === event).map((one) => one.url) : [url];
  const times = number(input, 'times') ?? 1;
  const body = bodyOf(store, event, id, platform.settings);
  const nextAt = Date.now() + (number(input, 'delayMs') ?? 0);
  for (const to of urls)
    for (let copy = 0; copy < times; copy += 1)
      queue(platform.state, { storeId: store.id, event, url: to, body, nextAt });
  platform.wake();
  return { queued: urls.length * times };
}

/** Opens a store: `{id, name, plan, locations: ["Depósito"], installed}`. It has no products. */
export function openStore(platform: Tiendanube, input: Input): Store {
  allow(input, ['id', 'name', 'plan', 'locations', 'installed']);
  const id = number(input, 'id') ?? Math.max(...Object.keys(platform.state.stores).map(Number)) + 1;
  if (platform.state.stores[id]) throw new RefusedChange(409, `there is a store ${id} already`);
  const locations = input.locations ?? ['Depósito'];
  if (!Array.isArray(locations) || locations.length === 0 || !locations.every((one) => typeof one === 'string'))
    throw new BadInput('locations must be a list of names');
  const plan = choice(input, 'plan', ['basic', 'next'] as const, 'basic');
  const store = addStore(platform.state, {
    id,
    name: text(input, 'name') ?? `Tienda ${id}`,
    plan,
    locations,
    installed: input.installed !== false,
  });
  platform.wake();
  return store;
}

/**
 * Fills a store's catalogue: `items` of `{sku, stock, name}`, or `count` variants of SKUs `<prefix>00001`
 * and so on, `perProduct` of them on each product. `replace` empties it first. No webhook is sent.
 */
export function fillCatalogue(
  platform: Tiendanube,
  store: Store,
  input: Input,
): { products: number; variants: number } {
  allow(input, ['items', 'count', 'prefix', 'perProduct', 'stock', 'replace']);
  if (input.replace === true) store.products = {};
  const variants = input.items === undefined ? counted(input) : listed(input.items);
  const perProduct = number(input, 'perProduct') ?? 1;
  let products = 0;
  for (let place = 0; place < variants.length; place += perProduct) {
    const part = variants.slice(place, place + perProduct);
    addProduct(platform.state, store, part[0]?.name ?? 'Producto', part, perProduct > 1 ? ['Modelo'] : []);
    products += 1;
  }
  store.revision += 1;
  platform.wake();
  return { products, variants: variants.length };
}

type Listed = NewVariant & { name: string };

function listed(items: unknown): Listed[] {
  if (!Array.isArray(items)) throw new BadInput('items must be a list');
  return (items as Input[]).map((item) => ({
    sku: item.sku === null ? null : needText(item, 'sku'),
    stock: item.stock === null ? null : (number(item, 'stock') ?? 0),
    name: text(item, 'name') ?? text(item, 'sku') ?? 'Producto',
  }));
}

function counted(input: Input): Listed[] {
  const prefix = text(input, 'prefix') ?? 'TN-';
  const stock = number(input, 'stock') ?? 10;
  return Array.from({ length: number(input, 'count') ?? 0 }, (_, place) => {
    const sku = `${prefix}${String(place + 1).padStart(5, '0')}`;
    return { sku, stock, name: `Producto ${sku}`, values: [sku] };
  });
}
