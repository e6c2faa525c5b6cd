import { parseArgs } from 'node:util';
import { loopbackUrl } from '../loopback.js';
import { type StockResult } from './odooPlays.js';
import { type PlayResult } from './orders.js';
import { type SandboxState } from './state.js';

const help = `Plays what happens outside, on a sandbox that is running (SANDBOX_URL, default http://127.0.0.1:4010):

  order [SKU [QTY]]     somebody buys at Falabella (default: 1 x PROD-001)
      --id X            the order's number; one that exists is told again, byte for byte
      --times N         the webhook is sent N times at once
      --status S        status in the webhook: confirmed (default) or paid
  cancel ORDER          the order is cancelled at Falabella
  stock SKU QTY         somebody counts QTY of SKU in Odoo
  state [SKU]           the numbers on both sides
  help                  this text

Without a command the sandbox itself starts: SANDBOX_PORT, APP_URL, SANDBOX_DATA, FALABELLA_WEBHOOK_SECRET, ODOO_WEBHOOK_SECRET.`;

/** Something the user can put right: wrong words, or no sandbox to talk to. */
export class PlayError extends Error {}

type Say = (line: string) => void;

/** Where the app answers: said at the end of each play. */
const appUrl = (): string => (process.env.APP_URL ?? 'http://localhost:3000').replace('//127.0.0.1:', '//localhost:').replace(/\/+$/, '');

/** Runs one command against a running sandbox. Returns the exit code. Throws PlayError where nothing was done. */
export async function play(words: readonly string[], sandboxUrl: string, say: Say): Promise<number> {
  const { values, positionals } = parse(words);
  const base = loopbackUrl(sandboxUrl).href.replace(/\/+$/, '');
  const [command = 'help', ...rest] = positionals;
  switch (command) {
    case 'order':
      return order(base, rest, values, say);
    case 'cancel':
      return cancel(base, rest, say);
    case 'stock':
      return stock(base, rest, say);
    case 'state':
      return state(base, rest, say);
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
  help?: boolean;
}

function parse(words: readonly string[]): { values: Flags; positionals: string[] } {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { id: { type: 'string' }, times: { type: 'string' }, status: { type: 'string' }, help: { type: 'boolean' } },
    });
    return { values, positionals: values.help ? ['help'] : positionals };
  } catch (error) {
    throw new PlayError(`${(error as Error).message}\n\n${help}`);
  }
}

function whole(text: string, what: string): number {
  if (!/^\d+$/.test(text)) throw new PlayError(`${what} must be a whole number, not ${text}`);
  return Number(text);
}

async function order(base: string, [sku = 'PROD-001', quantity = '1']: string[], flags: Flags, say: Say): Promise<number> {
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

/** Says what happened, how the app answered, and where to look next. 1 where the app did not take it. */
function told(what: string, result: PlayResult, say: Say): number {
  const units = new Map<string, number>();
  for (const item of result.order.items) units.set(item.sku, (units.get(item.sku) ?? 0) + 1);
  const list = [...units].map(([sku, quantity]) => `${quantity} x ${sku}`).join(', ');
  say(`${what} ${result.order.number}: ${list}${result.repeated ? ' (known already: told again, nothing else changed)' : ''}`);
  const answers = new Map<string, number>();
  for (const webhook of result.webhooks) {
    const text =
      webhook.status === null ? `not answered (${webhook.error})` : `answered ${webhook.status} ${statusIn(webhook.body)}`.trim();
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
  say(`Odoo: ${sku} counted, ${result.product.onHand} on hand, ${result.product.free} free; ${result.posts} webhook post(s) sent`);
  say(`look next: curl ${appUrl()}/logs/product/${encodeURIComponent(sku)}`);
  return 0;
}

async function state(base: string, [sku]: string[], say: Say): Promise<number> {
  const seen = await call<SandboxState>(base, 'GET', sku === undefined ? '/state' : `/state?sku=${encodeURIComponent(sku)}`);
  if (seen.odoo.products.length === 0) throw new PlayError(`no product ${sku}`);
  say(`${'SKU'.padEnd(24)} ${'Odoo on hand'.padStart(12)} ${'Odoo free'.padStart(10)} ${'Falabella'.padStart(10)}`);
  for (const product of seen.odoo.products) {
    const listing = seen.falabella.stock.find((one) => one.sku === product.sku);
    say(
      `${product.sku.padEnd(24)} ${String(product.onHand).padStart(12)} ${String(product.free).padStart(10)} ${String(listing?.available ?? '-').padStart(10)}`,
    );
  }
  say(
    `${seen.odoo.pickings.length} transfer(s) in Odoo, ${seen.falabella.orders.length} order(s) and ${seen.falabella.feeds.length} feed(s) at Falabella`,
  );
  return 0;
}

async function call<T>(base: string, method: string, path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`${base}/_sandbox${path}`, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: { 'Content-Type': 'application/json' },
    });
  } catch {
    throw new PlayError(`no sandbox answers at ${base}; npm start brings one up, and SANDBOX_URL says where another one is`);
  }
  const answer = (await response.json()) as T & { error?: string };
  if (!response.ok) throw new PlayError(answer.error ?? `the sandbox answered ${response.status}`);
  return answer;
}
