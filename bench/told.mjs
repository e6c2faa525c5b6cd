/**
 * How soon Falabella receives a sale, from the webhook's arrival to the answer of the push: within the
 * burst of its real limit on stock pushes, after the burst, and without any limit. Each sale is of a
 * different SKU.
 */
import mongoose from 'mongoose';
import { setTimeout as pause } from 'node:timers/promises';
import { start } from './programs.mjs';
import { told } from './told-times.mjs';

const HEADERS = { 'content-type': 'application/json', 'x-falabella-signature': 'your_webhook_secret' };
const INTERVAL_MS = 120_000;
/** Few units of each SKU, so that a sale is urgent; or many, so that it waits for its turn. */
const CASES = [
  { name: 'no limit', burst: 50, intervalMs: 0, units: 100, sales: 15, everyMs: 1_000 },
  {
    name: 'pushes without a wait are left, 5 or fewer units',
    burst: 50,
    intervalMs: INTERVAL_MS,
    units: 5,
    sales: 15,
    everyMs: 1_500,
  },
  {
    name: 'none are left: one push in two minutes',
    burst: 0,
    intervalMs: INTERVAL_MS,
    units: 100,
    sales: 8,
    everyMs: 17_000,
  },
];

/** @param {{ mongoUri: string, redisUrl: string, say: (line: string) => void }} services */
export async function benchTold(services) {
  for (const one of CASES) await measure(one, services);
}

async function measure({ name, burst, intervalMs, units, sales, everyMs }, { mongoUri, redisUrl, say }) {
  const uri = mongoUri.replace(/\/([^/?]+)(\?|$)/, `/$1_${burst}_${intervalMs}$2`);
  const world = await start(
    ['bench/reconcile-world.mjs'],
    { BENCH_SKUS: String(sales), BENCH_UNITS: String(units) },
    /^world: /,
  );
  const limit = { FALABELLA_FEED_BURST: String(burst), FALABELLA_FEED_INTERVAL_MS: String(intervalMs) };
  const env = {
    ...limit,
    MONGODB_URI: uri,
    REDIS_URL: redisUrl,
    SANDBOX_URL: world.line.slice('world: '.length),
    PORT: '0',
    NODE_ENV: 'test',
  };
  const app = await start(['dist/src/main.js'], env, /listens on port \d+/);
  const url = `http://127.0.0.1:${/port (\d+)/.exec(app.line)?.[1]}`;
  const database = await mongoose.createConnection(uri.replace(/\/([^/?]+)(\?|$)/, '/$1_sandbox$2')).asPromise();
  const open = (collection, mark) =>
    database.collection(collection).countDocuments({ [`${mark}.due`]: { $exists: true } }, { limit: 1 });
  const quiet = async () => {
    while ((await open('listings', 'push')) > 0 || (await open('orders', 'deliver')) > 0) await pause(500);
  };
  try {
    while ((await database.collection('stock_entries').countDocuments({ observedAt: { $exists: true } })) < sales)
      await pause(500);
    await quiet();
    const names = [];
    for (let number = 1; number <= sales; number += 1) {
      const orderId = `BENCH-SALE-${number}`;
      const products = [{ sku: `BENCH-${String(number).padStart(5, '0')}`, quantity: 1, price: 1_000 }];
      const body = { orderId, products, status: 'confirmed', timestamp: '2025-12-16T10:00:00Z' };
      const answer = await fetch(`${url}/falabella/webhook/order`, {
        method: 'POST',
        headers: HEADERS,
        body: JSON.stringify(body),
      });
      if (answer.status === 200) names.push(orderId);
      await pause(everyMs);
    }
    await quiet();
    say(`sale until Falabella has taken the number, ${name}: ${await told(database, names)}`);
  } finally {
    await app.stop();
    await world.stop();
    await database.dropDatabase();
    await database.close();
  }
}
