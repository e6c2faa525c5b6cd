/**
 * Everything compared again, every SKU with Odoo and every listing with Falabella, beside a running sale load: how long it takes, and how soon the
 * channel is told of a sale meanwhile (from the webhook's arrival to the answer of the push) against the same load by itself.
 */
import mongoose from 'mongoose';
import { setTimeout as pause } from 'node:timers/promises';
import { start } from './programs.mjs';
import { told } from './told-times.mjs';

const SKUS = Number(process.env.BENCH_SKUS ?? 10_000);
/** Sales a second. */
const RATE = Number(process.env.BENCH_RATE ?? 10);
/** How long the load runs by itself first. */
const ALONE_S = Number(process.env.BENCH_SECONDS ?? 10);
const HEADERS = { 'content-type': 'application/json', 'x-falabella-signature': 'your_webhook_secret' };

/** @param {{ mongoUri: string, redisUrl: string, say: (line: string) => void }} services */
export async function benchReconcile({ mongoUri, redisUrl, say }) {
  const world = await start(['bench/reconcile-world.mjs'], { BENCH_SKUS: String(SKUS) }, /^world: /);
  const env = { MONGODB_URI: mongoUri, REDIS_URL: redisUrl, SANDBOX_URL: world.line.slice('world: '.length), PORT: '0', NODE_ENV: 'test' };
  const app = await start(['dist/src/main.js'], env, /listens on port \d+/);
  const url = `http://127.0.0.1:${/port (\d+)/.exec(app.line)?.[1]}`;
  const database = await mongoose.createConnection(mongoUri.replace(/\/([^/?]+)(\?|$)/, '/$1_sandbox$2')).asPromise();
  const sales = new Sales(url);
  try {
    await settled(database, say);
    const selling = sales.run();
    await pause(ALONE_S * 1_000);
    const alone = sales.take();
    const startedAt = performance.now();
    const report = await reconcile(url);
    const seconds = (performance.now() - startedAt) / 1_000;
    const beside = sales.take();
    await sales.stop(selling);
    await pause(5_000);
    const { counts } = report;
    for (const { connection, outcome, sku, ours, theirs } of report.items)
      say(`  ${connection} ${sku}: ${outcome}, ours ${ours}, theirs ${theirs}`);
    const found = Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([outcome, count]) => `${count} ${outcome}`);
    say(
      `reconcile of ${SKUS} SKUs and as many listings beside ${RATE} sales/s: ${seconds.toFixed(0)} s (bar for 10,000: 600 s); ${found.join(', ')}`,
    );
    say(`sale until the channel has taken the number, alone: ${await told(database, alone)}`);
    say(`sale until the channel has taken the number, beside: ${await told(database, beside)} (bar: p95 1,000 ms)`);
  } finally {
    await app.stop();
    await world.stop();
    await database.dropDatabase();
    await database.close();
  }
}

/** Sends orders of one unit each, one after the other at a steady rate, over fifty SKUs. */
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

  /** The orders since the last time. */
  take() {
    return this.#names.splice(0);
  }

  async #sell(orderId) {
    const sku = `BENCH-${String((this.#count % 50) + 1).padStart(5, '0')}`;
    const body = { orderId, products: [{ sku, quantity: 1, price: 1_000 }], status: 'confirmed', timestamp: '2025-12-16T10:00:00Z' };
    const answer = await fetch(`${this.#url}/falabella/webhook/order`, { method: 'POST', headers: HEADERS, body: JSON.stringify(body) });
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

async function reconcile(url) {
  const begun = await (await fetch(`${url}/reconcile`, { method: 'POST', headers: HEADERS, body: '{}' })).json();
  for (;;) {
    const report = await (await fetch(`${url}${begun.href}?limit=5`)).json();
    if (report.state !== 'running') return report;
    await pause(500);
  }
}
