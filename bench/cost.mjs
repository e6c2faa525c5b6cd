/**
 * What an order costs on its whole way: webhook, ledger, delivery in Odoo, channel told. Orders come at an even pace, each of another SKU,
 * and the time until nothing is left to do counts, too. Commands are counted by the driver and by Redis; CPU is each process's own.
 */
import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { paced } from './paced.mjs';
import { start } from './programs.mjs';
import { told } from './told-times.mjs';
import { CommandCounts, cpuMs, redisCommands } from './usage.mjs';

const SKUS = 500;
const RATES = (process.env.BENCH_RATE ?? '1,20,100,200').split(',').map(Number);
const WORKERS = Number(process.env.BENCH_WORKERS ?? 0);
/** Odoo sends webhooks about our own deliveries, too. */
const ECHO = process.env.BENCH_ECHO === 'yes';
const MOST_SHOWN = 12;
/** Work that is left: a mark on a document of the collection. */
const MARKS = [
  ['webhook_events', 'handle'],
  ['orders', 'record'],
  ['orders', 'deliver'],
  ['stock_movements', 'project'],
  ['stock_entries', 'observe'],
  ['listings', 'push'],
  ['listing_pushes', 'follow'],
];

/** @param {{ mongoUri: string, redisUrl: string, owned: readonly { name: string, pid: number }[], say: (line: string) => void }} services */
export async function benchCost({ mongoUri, redisUrl, owned, say }) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const world = await start(
    ['bench/reconcile-world.mjs'],
    { BENCH_SKUS: String(SKUS), BENCH_UNITS: '1000000', ...(ECHO ? { BENCH_APP_URL: url } : {}) },
    /^world: /,
  );
  const counts = new CommandCounts();
  const env = {
    MONGODB_URI: mongoUri,
    REDIS_URL: redisUrl,
    SANDBOX_URL: world.line.slice('world: '.length),
    NODE_ENV: 'test',
    FALABELLA_FEED_INTERVAL_MS: '0',
    COUNTS_DIR: counts.dir,
  };
  const app = (role, at) =>
    start(
      ['--import', './bench/count-commands.mjs', 'dist/src/main.js'],
      { ...env, ROLE: role, PORT: String(at) },
      /listens on port/,
    );
  const apps = [await app(WORKERS > 0 ? 'api' : 'all', port)];
  while (apps.length <= WORKERS) apps.push(await app('worker', 0));
  const redis = new Redis(redisUrl);
  const database = await mongoose.createConnection(mongoUri.replace(/\/([^/?]+)(\?|$)/, '/$1_sandbox$2')).asPromise();
  const pids = apps.map(({ pid }) => pid);
  const usage = async () => ({
    cpu: new Map([
      ['app', sum(pids.map(cpuMs))],
      ['world', cpuMs(world.pid)],
      ...owned.map(({ name, pid }) => [name, cpuMs(pid)]),
    ]),
    commands: await counts.read(pids),
    redis: await redisCommands(redis),
    logs: await database.collection('logs').estimatedDocumentCount(),
  });

  try {
    await untilObserved(database);
    await quiet(database);
    const before = await usage();
    await pause(20_000);
    report(say, 'idle, a second', before, await usage(), 20);

    for (const perSecond of RATES) {
      const count = Math.round(perSecond * Number(process.env.BENCH_SECONDS ?? (perSecond < 20 ? 30 : 15)));
      const nameOf = (number) => `COST-${perSecond}-${number}`;
      const begun = await usage();
      const answers = await paced({
        url: `${url}/falabella/webhook/order`,
        perSecond,
        count,
        bodyOf: (number) => orderBody(nameOf(number), number),
      });
      const sentAt = performance.now();
      await quiet(database);
      say(
        `${count} orders at ${perSecond}/s: answered p50 ${answers.p50}, p95 ${answers.p95}, p99 ${answers.p99} ms, ${answers.failed} failed; ` +
          `all done ${((performance.now() - sentAt) / 1_000).toFixed(1)} s after the last; ` +
          `told ${await told(
            database,
            Array.from({ length: count }, (_, number) => nameOf(number)),
          )}`,
      );
      report(say, '  an order', begun, await usage(), count);
    }
  } finally {
    for (const one of apps) await one.stop();
    await world.stop();
    counts.close();
    redis.disconnect();
    await database.dropDatabase();
    await database.close();
  }
}

/** Says the difference between two usages, divided. */
function report(say, name, before, after, by) {
  const each = (value) => (value / by).toFixed(2);
  const cpu = [...after.cpu].map(([what, ms]) => `${what} ${each(ms - before.cpu.get(what))}`).join(', ');
  const commands = Object.entries(after.commands)
    .map(([what, { commands, statements, ms }]) => ({
      what,
      commands: commands - (before.commands[what]?.commands ?? 0),
      statements: statements - (before.commands[what]?.statements ?? 0),
      ms: ms - (before.commands[what]?.ms ?? 0),
    }))
    .filter((one) => one.commands > 0)
    .sort((a, b) => b.ms - a.ms);
  const all = (field) => each(sum(commands.map((one) => one[field])));
  say(
    `${name}: CPU ms ${cpu}; database commands ${all('commands')} with ${all('statements')} statements, ` +
      `Redis commands ${each(after.redis - before.redis)}, log documents ${each(after.logs - before.logs)}`,
  );
  for (const { what, commands: sent, statements, ms } of commands.slice(0, MOST_SHOWN))
    say(
      `    ${what}: ${each(sent)} commands, ${each(statements)} statements, answered after ${(ms / sent).toFixed(1)} ms`,
    );
}

function orderBody(orderId, number) {
  const sku = `BENCH-${String((number % SKUS) + 1).padStart(5, '0')}`;
  const products = [{ sku, quantity: 1, price: 29_990 }];
  return JSON.stringify({ orderId, products, status: 'confirmed', timestamp: '2025-12-16T10:00:00Z' });
}

async function untilObserved(database) {
  const entries = database.collection('stock_entries');
  while ((await entries.countDocuments({ observedAt: { $exists: true } })) < SKUS) await pause(500);
}

/** Waits until no work is left. */
async function quiet(database) {
  const open = async ([collection, mark]) =>
    (await database.collection(collection).countDocuments({ [`${mark}.due`]: { $exists: true } }, { limit: 1 })) > 0;
  for (let looks = 0; looks < 2; await pause(300)) {
    let isOpen = false;
    for (const mark of MARKS) isOpen ||= await open(mark);
    looks = isOpen ? 0 : looks + 1;
  }
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

/** A port that is free at this moment. */
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
