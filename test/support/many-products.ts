import { type Sandbox } from '../../sandbox/server.js';
import { newProduct } from '../../sandbox/falabella/state.js';
import { addProduct } from '../../sandbox/odoo/seed.js';

/** The id of the stock location in Odoo's sample database. */
const STOCK = 5;

export interface ManyProducts {
  readonly count: number;
  readonly inOdoo: (position: number) => number;
  readonly atFalabella: (position: number) => number;
}

/** Adds products `BULK-0001` and so on to Odoo and to Falabella, before anything reads them. Gives back their SKUs. */
export function addProducts(sandbox: Sandbox, { count, inOdoo, atFalabella }: ManyProducts): string[] {
  const { world } = sandbox;
  return Array.from({ length: count }, (_, position) => {
    const sku = `BULK-${String(position + 1).padStart(4, '0')}`;
    addToOdoo(sandbox, sku, inOdoo(position));
    world.falabella.state.products[sku] = newProduct(
      { sku, name: sku, price: 1_000, quantity: atFalabella(position) },
      position + 1_000,
    );
    return sku;
  });
}

/** Adds a product to Odoo alone, without a webhook; its SKU may exist already. Gives back its id. */
export function addToOdoo(
  { world }: Sandbox,
  sku: string,
  quantity: number,
  more: { is_storable?: boolean; type?: string } = {},
): number {
  return addProduct(world.odoo.env(), { sku, name: sku, price: 1_000, quantity }, more);
}

/** Changes the numbers that Falabella shows for these, without a webhook. */
export function showSilently(
  { world }: Sandbox,
  skus: readonly string[],
  quantity: (position: number) => number,
): void {
  skus.forEach((sku, position) => {
    const [first] = Object.values(world.falabella.state.products[sku]?.warehouses ?? {});
    if (first) first.quantity = quantity(position);
  });
}

/** Changes the quantities of these in Odoo, without a webhook. */
export function countSilently(
  { world }: Sandbox,
  skus: readonly string[],
  quantity: (position: number) => number,
): void {
  const { store } = world.odoo.env();
  skus.forEach((sku, position) => {
    const [product] = store.by('product.product', 'default_code', sku);
    const quants = product ? store.by('stock.quant', 'product_id', product.id) : [];
    for (const quant of quants.filter((one) => one.location_id === STOCK))
      store.update('stock.quant', quant.id, { quantity: quantity(position) });
  });
}
