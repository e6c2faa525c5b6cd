/**
 * A reconcile run beside a sale load: how long it takes, and how soon the channel receives a sale during
 * it (from the webhook's arrival to the answer of the push), compared with the same load alone. It covers
 * every SKU of Odoo and every listing of Falabella, or every listing of a Tiendanube store on a plan of
 * ten times the calls.
 */
import { randomBytes } from 'node:crypto';
import mongoose from 'mongoose';
import { setTimeout as pause } from 'node:timers/promises';
import { start } from './programs.mjs';
import { overtaken, told } from './told-times.mjs';

const SKUS = Number(process.env.BENCH_SKUS ?? 10_000);
/** Sales per second. */
const RATE = Number(process.env.BENCH_RATE ?? 10);
/** How long the load runs alone first. */
const ALONE_S = Number(process.env.BENCH_SECONDS ?? 10);
const HEADERS = { 'content-type': 'application/json', 'x-falabella-signature': 'your_webhook_secret' };
/** In the sandbox: 400 calls, and 20 a second. */
const STORE = 5004;
/** One of this many listings shows a wrong number before the run. */
const WRONG_ONE_IN = 40;
/** A push that has begun is not interrupted. */
const LEAD_MS = 1_000;

/** @typedef {{ mongoUri: string, redisUrl: string, say: (line: string) => void }} Services */

/** @param {Services} services */
export async function benchReconcile(services) {
  await inShop(services, {}, async (shop) => {
    await measure(shop, {
      what: `${SKUS} SKUs and as many listings`,
      channel: 'falabella',
      input: {},
      bar: 'bar for 10,000: 600 s',
    });
  });
}

/** @param {Services} services */
export async function benchReconcileStore(services) {
  await inShop(services, { BENCH_STORE: String(STORE) }, async (shop) => {
    await connectStore(shop);
    const wrong = Array.from({ length: Math.floor(SKUS / WRONG_ONE_IN) }, (_, place) => skuOf(SKUS - place));
    for (const sku of wrong)
      await ask(`${shop.sandboxUrl}/_sandbox/tiendanube/stores/${STORE}/stock`, { sku, stock: 7 });
    const before = await limits(shop);
    await measure(shop, {
      what: `${SKUS} listings of a store`,
      channel: 'store',
      input: { connection: 'store' },
      bar: 'within 20 calls a second',
    });
    const after = await limits(shop);
    shop.say(
      `${after.calls - before.calls} calls to the store, ${after.violations} beyond its limit; its bucket of 400 was never fuller than ${after.fullest}`,
    );
  });
}

async function inShop({ mongoUri, redisUrl, say }, env, work) {
  const world = await start(['bench/reconcile-world.mjs'], { BENCH_SKUS: String(SKUS), ...env }, /^world: /);
  const sandboxUrl = world.line.slice('world: '.length);
  const settings = {
    MONGODB_URI: mongoUri,
    REDIS_URL: redisUrl,
    SANDBOX_URL: sandboxUrl,
    PORT: '0',
    NODE_ENV: 'test',
    CREDENTIALS_KEYS: `bench:${randomBytes(32).toString('base64')}`,
  };
  const app = await start(['dist/src/main.js'], settings, /listens on port \d+/);
  const url = `http://127.0.0.1:${/port (\d+)/.exec(app.line)?.[1]}`;
  const database = await mongoose.createConnection(mongoUri.replace(/\/([^/?]+)(\?|$)/, '/$1_sandbox$2')).asPromise();
  try {
    await settled(database, say);
    await work({ url, sandboxUrl, database, say });
  } finally {
    await app.stop();
    await world.stop();
    await database.dropDatabase();
    await database.close();
  }
}

async function measure({ url, database, say }, { what, channel, input, bar }) {
  const sales = new Sales(url);
  const selling = sales.run();
  await pause(ALONE_S * 1_000);
  const alone = sales.take();
  const startedAt = performance.now();
  const report = await reconcile(url, input);
  const seconds = (performance.now() - startedAt) / 1_000;
  const beside = sales.take();
  await sales.stop(selling);
  await pause(5_000);
  for (const { connection, outcome, sku, ours, theirs } of report.items)
    say(`  ${connection} ${sku}: ${outcome}, ours ${ours}, theirs ${theirs}`);
  const found = Object.entries(report.counts)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${count} ${outcome}`);
  say(`reconcile of ${what} beside ${RATE} sales/s: ${seconds.toFixed(0)} s (${bar}); ${found.join(', ')}`);
  say(`sale until the channel has taken the number, alone: ${await told(database, alone, channel)}`);
  say(
    `sale until the channel has taken the number, beside: ${await told(database, beside, channel)} (bar: p95 1,000 ms)`,
  );
  say(
    `pushes of the comparison that went before a waiting sale: ${await overtaken(database, beside, channel, LEAD_MS)}`,
  );
}

async function connectStore({ url, database }) {
  await ask(`${url}/connections`, {
    id: 'store',
    connector: 'tiendanube',
    settings: { storeId: String(STORE) },
    credentials: { accessToken: `sandbox-tiendanube-token-${STORE}` },
  });
  while ((await database.collection('listings').countDocuments({ connection: 'store' })) < SKUS) await pause(500);
  await ask(`${url}/connections/store/go-live`, { openOrders: 'counted' });
  const open = () =>
    database
      .collection('listings')
      .countDocuments({ connection: 'store', 'push.due': { $exists: true } }, { limit: 1 });
  while ((await open()) > 0) await pause(500);
}

async function limits({ sandboxUrl }) {
  const answer = await fetch(`${sandboxUrl}/_sandbox/tiendanube/stores/${STORE}?sku=BENCH-00001`);
  return (await answer.json()).limits;
}

const skuOf = (number) => `BENCH-${String(number).padStart(5, '0')}`;

/** Sends orders of one unit each over fifty SKUs, one after the other at a steady rate. */
class Sales {
  #url;
  #names = [];
  #count = 0;
  #stopped = false;

  constructor(url) {
    this.#url = url;
  }

  async run() {
    const startedAt = performance.now();
    const sent = [];
    while (!this.#stopped) {
      this.#count += 1;
      sent.push(this.#sell(`BENCH-SALE-${this.#count}`));
      await pause(Math.max(0, startedAt + (this.#count * 1_000) / RATE - performance.now()));
    }
    await Promise.all(sent);
  }

  async stop(running) {
    this.#stopped = true;
    await running;
  }

  /** The orders since the last call. */
  take() {
    return this.#names.splice(0);
  }

  async #sell(orderId) {
    const products = [{ sku: skuOf((this.#count % 50) + 1), quantity: 1, price: 1_000 }];
    const body = { orderId, products, status: 'confirmed', timestamp: '2025-12-16T10:00:00Z' };
    const answer = await fetch(`${this.#url}/falabella/webhook/order`, {
      method: 'POST',
      headers: HEADERS,
      body: JSON.stringify(body),
    });
    if (answer.status === 200) this.#names.push(orderId);
  }
}

async function settled(database, say) {
  const since = performance.now();
  const entries = database.collection('stock_entries');
  while ((await entries.countDocuments({ observedAt: { $exists: true } })) < SKUS) await pause(500);
  const open = () => database.collection('listings').countDocuments({ 'push.due': { $exists: true } }, { limit: 1 });
  while ((await open()) > 0) await pause(500);
  say(`${SKUS} SKUs are known after ${((performance.now() - since) / 1_000).toFixed(0)} s`);
}

/** @throws Error with the answer when it is not a success */
async function ask(address, body) {
  const answer = await fetch(address, { method: 'POST', headers: HEADERS, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`POST ${address}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function reconcile(url, input) {
  const begun = await ask(`${url}/reconcile`, input);
  for (;;) {
    const report = await (await fetch(`${url}${begun.href}?limit=5`)).json();
    if (report.state !== 'running') return report;
    await pause(500);
  }
}
