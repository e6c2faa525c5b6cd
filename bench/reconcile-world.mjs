/** A sandbox whose Odoo and Falabella have very many products: `BENCH-00001` and so on, beside its own. A process of its own, so that it takes nothing from who is measured. */
const built = (path) => import(new URL(`../dist/sandbox/${path}`, import.meta.url).href);
const { newQuant } = await built('odoo/stock/quants.js');
const { facilities } = await built('falabella/state.js');
const { startSandbox } = await built('server.js');

const SKUS = Number(process.env.BENCH_SKUS ?? 10_000);
const UNITS = Number(process.env.BENCH_UNITS ?? 100);
/** As the sample database numbers them. */
const LOCATION = { stock: 5, adjustment: 11 };

const sandbox = await startSandbox({
  settings: { falabella: { feedLimit: false, feedDurationMs: 50, readsPerMinute: 0 }, odoo: { webhooks: false } },
  say: () => undefined,
});
const { odoo, falabella } = sandbox.world;
const env = odoo.env();
for (let number = 1; number <= SKUS; number += 1) {
  const sku = `BENCH-${String(number).padStart(5, '0')}`;
  const template = env.store.insert('product.template', { name: sku });
  const product = env.store.insert('product.product', {
    name: sku,
    default_code: sku,
    barcode: false,
    type: 'consu',
    is_storable: true,
    active: true,
    list_price: 1_000,
    product_tmpl_id: template.id,
    uom_id: 1,
    company_id: false,
  });
  newQuant(env, product.id, LOCATION.stock, UNITS);
  newQuant(env, product.id, LOCATION.adjustment, -UNITS);
  const warehouses = Object.fromEntries(facilities.map(({ id }, place) => [id, { quantity: place === 0 ? UNITS : 0, reserved: 0 }]));
  falabella.state.products[sku] = { sku, shopSku: `77${number}`, name: sku, price: 1_000, warehouses, fulfilled: 0 };
}
process.stdout.write(`world: ${sandbox.url}\n`);
process.once('SIGTERM', () => void sandbox.close().then(() => process.exit(0)));
