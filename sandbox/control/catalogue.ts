import { type CatalogueEntry } from '../catalogue.js';
import { newProduct } from '../falabella/state.js';
import { addProduct as addToOdoo } from '../odoo/seed.js';
import { addProduct as addToStore } from '../tiendanube/seed.js';
import { type World } from '../world.js';
import { allow, BadInput, type Input, needNumber, number, text } from './input.js';

/**
 * Adds products to Odoo, Falabella and the stores of Tiendanube: `count` of them, SKUs `<prefix>00001` and
 * so on, `quantity` units of each. `stores`: which ones, by default those with the app. `falabella: false`
 * skips Falabella. No webhook is sent.
 */
export function addToCatalogues(world: World, input: Input): { skus: string[] } {
  allow(input, ['count', 'prefix', 'quantity', 'stores', 'falabella']);
  const stores = storesIn(world, input.stores);
  const prefix = text(input, 'prefix') ?? 'MORE-';
  const quantity = number(input, 'quantity') ?? 100;
  const entries = Array.from({ length: needNumber(input, 'count') }, (_, place): CatalogueEntry => {
    const sku = `${prefix}${String(place + 1).padStart(5, '0')}`;
    return { sku, name: `Producto ${sku}`, price: 4990, quantity };
  });
  const { products } = world.falabella.state;
  if (entries.some(({ sku }) => products[sku])) throw new BadInput(`there are products of ${prefix} already`, 409);
  // A change that no user makes triggers no automation.
  world.odoo.run({}, (env) => entries.forEach((entry) => addToOdoo(env, entry)));
  const first = Object.keys(products).length;
  if (input.falabella !== false)
    entries.forEach((entry, place) => (products[entry.sku] = newProduct(entry, first + place)));
  for (const store of stores)
    for (const { sku, name, price } of entries)
      addToStore(world.tiendanube.state, store, name, [{ sku, stock: quantity, price: price.toFixed(2) }]);
  world.falabella.wake();
  return { skus: entries.map(({ sku }) => sku) };
}

function storesIn(world: World, given: unknown) {
  const all = Object.values(world.tiendanube.state.stores);
  if (given === undefined) return all.filter((store) => store.installed);
  if (!Array.isArray(given)) throw new BadInput('stores must be a list of ids');
  return given.map((id) => world.tiendanubePlays.store(String(id)));
}
