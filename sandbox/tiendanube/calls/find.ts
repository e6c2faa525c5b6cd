import { type Call } from '../context.js';
import { notFound } from '../errors.js';
import { type Product, type TiendanubeOrder } from '../state.js';

/** The product with the id in the address. Throws 404. */
export function productOf({ store, parameters }: Call): Product {
  const product = store.products[parameters.id ?? ''];
  if (!product) throw notFound('Product');
  return product;
}

/** The order with the id in the address; its number is not accepted. Throws 404. */
export function orderOf({ store, parameters }: Call): TiendanubeOrder {
  const order = store.orders[parameters.id ?? ''];
  if (!order) throw notFound('Order');
  return order;
}
