/**
 * `npm run bench`: measures the product on this machine, with Redis, database and sandbox of its own.
 *
 *   npm run bench                webhooks, against a bare handler
 *   npm run bench -- import      a file with the stock of many SKUs
 *   npm run bench -- cost        commands and CPU of an order's whole way, at 1, 20, 100 and 200 a second
 *   npm run bench -- told        how soon Falabella is told of a sale, with its limit on pushes as it is
 *   npm run bench -- reconcile   everything compared again, beside a sale load
 *   npm run bench -- reconcile-store   the same of every listing of a store of Tiendanube, within its limit of calls
 *   npm run bench -- ledger      movements of many SKUs and of one, takers of a last unit, and the check of all chains
 *   npm run bench -- migration   a database of an older release is opened
 *
 * BENCH_SECONDS (10), BENCH_CONNECTIONS (64), BENCH_ROWS (100,000), BENCH_MOVEMENTS (200,000, those to check or bring up to date), BENCH_SKUS (10,000) and
 * BENCH_RATE (10 sales a second; for `cost` the rates, such as 100,200) change the length and the load. BENCH_WORKERS (0: one process does all) adds worker processes, and
 * BENCH_ECHO=yes webhooks of Odoo about each delivery.
 */
import { start } from '../bench/programs.mjs';
import { endWith } from './lib/ending.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { createOutput } from './lib/output.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { ROOT } from './lib/paths.mjs';
import { checkNode } from './lib/preflight.mjs';
import { processesOf } from './lib/state.mjs';
import { openTestSession, servicesFor } from './lib/test-services.mjs';

/** @typedef {{ mongoUri: string, redisUrl: string, owned: readonly { name: string, pid: number }[], say: (line: string) => void }} Services */

/** @type {Record<string, (services: Services) => Promise<void>>} What is measured, by its name. */
const BENCHES = {
  webhooks: withSandbox,
  import: async (services) => (await import('../bench/import.mjs')).benchImport(services),
  cost: async (services) => (await import('../bench/cost.mjs')).benchCost(services),
  told: async (services) => (await import('../bench/told.mjs')).benchTold(services),
  reconcile: async (services) => (await import('../bench/reconcile.mjs')).benchReconcile(services),
  'reconcile-store': async (services) => (await import('../bench/reconcile.mjs')).benchReconcileStore(services),
  ledger: async (services) => (await import('../bench/ledger.mjs')).benchLedger(services),
  migration: async (services) => (await import('../bench/migration.mjs')).benchMigration(services),
};

await endWith(async () => {
  const [name = 'webhooks'] = process.argv.slice(2);
  const bench = BENCHES[name];
  const output = createOutput();
  if (!bench) {
    output.say(`there is no bench ${name}: one of ${Object.keys(BENCHES).join(', ')}`);
    return 2;
  }
  checkNode();
  const { session } = openTestSession();
  try {
    await ensurePackages({ root: ROOT, output, logDir: session.set.logDir });
    await ensureBuilt({ root: ROOT, output });
    const { MONGODB_URI, REDIS_HOST, REDIS_PORT } = await servicesFor(session, output);
    await bench({
      mongoUri: MONGODB_URI.replace(/\/[^/?]*(\?|$)/, `/bench_${Date.now().toString(36)}$1`),
      redisUrl: `redis://${REDIS_HOST}:${REDIS_PORT}`,
      owned: processesOf(session.state()),
      say: (line) => output.say(line),
    });
    return 0;
  } finally {
    await session.stopAll({});
    session.release();
  }
});

/** @param {Services} services */
async function withSandbox(services) {
  const sandbox = await start(
    ['dist/sandbox/main.js'],
    { SANDBOX_PORT: '0', APP_URL: 'http://127.0.0.1:9' },
    /^sandbox: /,
  );
  const { benchWebhooks } = await import('../bench/webhooks.mjs');
  const [sandboxUrl] = /http:\/\/127\.0\.0\.1:\d+/.exec(sandbox.line) ?? [''];
  await fetch(`${sandboxUrl}/_sandbox/settings`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ falabella: { feedLimit: false } }),
  });
  await benchWebhooks({ ...services, sandboxUrl });
  await sandbox.stop();
}
