import { parseArgs } from 'node:util';
import { loopbackUrl } from '../loopback.js';
import { appUrl, call, PlayError, type Say, whole } from './client.js';
import { type StockResult } from './odooPlays.js';
import { type PlayResult } from './orders.js';
import { type SandboxState } from './state.js';
import { cancelAtStore, orderAtStore } from './tiendanube/play.js';

const help = `Plays what happens outside, on a sandbox that is running (SANDBOX_URL, default http://127.0.0.1:4010):

  order [SKU [QTY]]     somebody buys at Falabella (default: 1 x PROD-001)
      --id X            the order's number; one that exists is told again, byte for byte
      --times N         the webhook is sent N times at once
      --status S        status in the webhook: confirmed (default) or paid
      --store ID        at that store of Tiendanube instead (5001 to 5004), by default paid; status: pending or paid
  cancel ORDER          the order is cancelled at Falabella, or with --store ID in that store
  stock SKU QTY         somebody counts QTY of SKU in Odoo
  state [SKU]           the numbers on all sides; with --store ID that store's, too
  help                  this text

Without a command the sandbox itself starts: SANDBOX_PORT, APP_URL, SANDBOX_DATA, FALABELLA_WEBHOOK_SECRET, ODOO_WEBHOOK_SECRET.`;

/** Runs one command against a running sandbox. Returns the exit code. Throws PlayError when nothing was done. */
export async function play(words: readonly string[], sandboxUrl: string, say: Say): Promise<number> {
  const { values, positionals } = parse(words);
  const base = loopbackUrl(sandboxUrl).href.replace(/\/+$/, '');
  const [command = 'help', ...rest] = positionals;
  switch (command) {
    case 'order':
      return values.store === undefined
        ? order(base, rest, values, say)
        : orderAtStore(base, values.store, rest, values.status, say);
    case 'cancel':
      return values.store === undefined ? cancel(base, rest, say) : cancelAtStore(base, values.store, rest, say);
    case 'stock':
      return stock(base, rest, say);
    case 'state':
      return state(base, rest, values, say);
    case 'help':
      say(help);
      return 0;
    default:
      throw new PlayError(`unknown command ${command}\n\n${help}`);
  }
}

interface Flags {
  id?: string;
  times?: string;
  status?: string;
  store?: string;
  help?: boolean;
}

function parse(words: readonly string[]): { values: Flags; positionals: string[] } {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        id: { type: 'string' },
        times: { type: 'string' },
        status: { type: 'string' },
        store: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    return { values, positionals: values.help ? ['help'] : positionals };
  } catch (error) {
    throw new PlayError(`${(error as Error).message}\n\n${help}`);
  }
}

async function order(
  base: string,
  [sku = 'PROD-001', quantity = '1']: string[],
  flags: Flags,
  say: Say,
): Promise<number> {
  if (flags.status !== undefined && !['confirmed', 'paid'].includes(flags.status))
    throw new PlayError('--status is confirmed or paid; to cancel: cancel ORDER');
  const input = {
    sku,
    quantity: whole(quantity, 'QTY'),
    id: flags.id,
    status: flags.status,
    times: flags.times === undefined ? undefined : whole(flags.times, '--times'),
  };
  const result = await call<PlayResult>(base, 'POST', '/orders', input);
  return told('order', result, say);
}

async function cancel(base: string, [id]: string[], say: Say): Promise<number> {
  if (id === undefined) throw new PlayError('which order? cancel ORDER');
  return told('cancelled', await call<PlayResult>(base, 'POST', `/orders/${encodeURIComponent(id)}/cancel`, {}), say);
}

/** Prints the result, the app's answer, and where to look next. 1 when the app did not accept it. */
function told(what: string, result: PlayResult, say: Say): number {
  const units = new Map<string, number>();
  for (const item of result.order.items) units.set(item.sku, (units.get(item.sku) ?? 0) + 1);
  const list = [...units].map(([sku, quantity]) => `${quantity} x ${sku}`).join(', ');
  say(
    `${what} ${result.order.number}: ${list}${result.repeated ? ' (known already: told again, nothing else changed)' : ''}`,
  );
  const answers = new Map<string, number>();
  for (const webhook of result.webhooks) {
    const text =
      webhook.status === null
        ? `not answered (${webhook.error})`
        : `answered ${webhook.status} ${statusIn(webhook.body)}`.trim();
    answers.set(text, (answers.get(text) ?? 0) + 1);
  }
  for (const [text, times] of answers) say(times === 1 ? `webhook ${text}` : `${times} webhooks ${text}`);
  if (result.registered > 0) say(`${result.registered} event(s) on the way to the registered webhooks`);
  say(`look next: curl ${appUrl()}/logs/order/${encodeURIComponent(result.order.number)}`);
  return result.webhooks.every((webhook) => webhook.status === 200) ? 0 : 1;
}

function statusIn(body: string): string {
  try {
    const { status } = JSON.parse(body) as { status?: unknown };
    return typeof status === 'string' ? status : '';
  } catch {
    return '';
  }
}

async function stock(base: string, [sku, quantity]: string[], say: Say): Promise<number> {
  if (sku === undefined || quantity === undefined) throw new PlayError('what was counted? stock SKU QTY');
  const result = await call<StockResult>(base, 'POST', '/stock', { sku, quantity: whole(quantity, 'QTY') });
  say(
    `Odoo: ${sku} counted, ${result.product.onHand} on hand, ${result.product.free} free; ${result.posts} webhook post(s) sent`,
  );
  say(`look next: curl ${appUrl()}/logs/product/${encodeURIComponent(sku)}`);
  return 0;
}

async function state(base: string, [sku]: string[], { store }: Flags, say: Say): Promise<number> {
  const seen = await call<SandboxState>(
    base,
    'GET',
    sku === undefined ? '/state' : `/state?sku=${encodeURIComponent(sku)}`,
  );
  if (seen.odoo.products.length === 0) throw new PlayError(`no product ${sku}`);
  const shop = seen.tiendanube.stores.find((one) => String(one.id) === store);
  if (store !== undefined && !shop) throw new PlayError(`no store ${store}`);
  const column = (text: string): string => (shop ? ` ${text.padStart(10)}` : '');
  say(
    `${'SKU'.padEnd(24)} ${'Odoo on hand'.padStart(12)} ${'Odoo free'.padStart(10)} ${'Falabella'.padStart(10)}${column(store ?? '')}`,
  );
  for (const product of seen.odoo.products) {
    const listing = seen.falabella.stock.find((one) => one.sku === product.sku);
    const variant = shop?.shown.find((one) => one.sku === product.sku);
    const figures = [product.onHand, product.free]
      .map((figure, place) => String(figure).padStart(place === 0 ? 12 : 10))
      .join(' ');
    const shown = variant ? String(variant.stock ?? 'endless') : '-';
    say(`${product.sku.padEnd(24)} ${figures} ${String(listing?.available ?? '-').padStart(10)}${column(shown)}`);
  }
  say(
    `${seen.odoo.pickings.length} transfer(s) in Odoo, ${seen.falabella.orders.length} order(s) and ${seen.falabella.feeds.length} feed(s) at Falabella`,
  );
  return 0;
}
