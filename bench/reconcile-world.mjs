/**
 * A sandbox with very many products in Odoo, at Falabella and, with BENCH_STORE, in that store of
 * Tiendanube: `BENCH-00001` and so on, beside its own. A process of its own, so that it does not slow down
 * the measured one. With BENCH_APP_URL its Odoo sends webhooks there.
 */
const built = (path) => import(new URL(`../dist/sandbox/${path}`, import.meta.url).href);
const { addToCatalogues } = await built('control/catalogue.js');
const { startSandbox } = await built('server.js');

const count = Number(process.env.BENCH_SKUS ?? 10_000);
const quantity = Number(process.env.BENCH_UNITS ?? 100);
const stores = process.env.BENCH_STORE ? [Number(process.env.BENCH_STORE)] : [];

const appUrl = process.env.BENCH_APP_URL;
const sandbox = await startSandbox({
  ...(appUrl ? { appUrl } : {}),
  settings: {
    falabella: { feedLimit: false, feedDurationMs: 50, readsPerMinute: 0 },
    odoo: { webhooks: appUrl !== undefined },
  },
  say: () => undefined,
});
addToCatalogues(sandbox.world, { count, prefix: 'BENCH-', quantity, stores });
process.stdout.write(`world: ${sandbox.url}\n`);
process.once('SIGTERM', () => void sandbox.close().then(() => process.exit(0)));
