import { json } from '../../http/answer.js';
import { type Call, type Fields, fieldsOf, type Handler } from '../context.js';
import { fieldErrors, mixedErrors, notFound, TiendanubeError } from '../errors.js';
import { pageAnswer } from '../paging.js';
import { variantView } from '../productView.js';
import { newVariant, type NewVariant } from '../seed.js';
import { type Product, type Variant } from '../state.js';
import { readStock, stockErrors } from '../stockInput.js';
import { productOf } from './find.js';
import { announceWrite, writeVariantStock } from './stock.js';

const mostVariants = 1000;

function find(call: Call): Variant {
  const variant = productOf(call).variants.find((one) => String(one.id) === call.parameters.variant);
  if (!variant) throw notFound('Variant');
  return variant;
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const valuesIn = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.map((one: unknown) => String(typeof one === 'object' && one !== null ? Object.values(one)[0] : one))
    : [];

/** A price with two decimals; null for none. Throws 422. */
function priceIn(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (!(Number(value) >= 0)) throw mixedErrors({ price: ['The price must be a number of at least 0.'] });
  return Number(value).toFixed(2);
}

/** A variant to create, from the request. Without a stock it is unlimited. Throws 422. */
export function newVariantFrom(call: Call, fields: Fields): NewVariant {
  const stock = readStock(fields.stock ?? '', call.settings);
  if (stock === 'bad') throw mixedErrors(stockErrors(fields.stock));
  return {
    sku: textOrNull(fields.sku),
    stock: stock === 'leave' ? null : stock.to,
    price: priceIn(fields.price) ?? undefined,
    values: valuesIn(fields.values),
  };
}

function change(call: Call, product: Product, variant: Variant, fields: Fields): void {
  writeVariantStock(call, variant, fields);
  if (fields.sku !== undefined) variant.sku = textOrNull(fields.sku);
  if (fields.price !== undefined) variant.price = priceIn(fields.price);
  if (Array.isArray(fields.values)) variant.values = valuesIn(fields.values);
  variant.updatedAt = Date.now();
  touch(call, product);
}

function touch(call: Call, product: Product): void {
  product.updatedAt = Date.now();
  call.store.revision += 1;
}

const create: Handler = (call) => {
  const product = productOf(call);
  if (product.variants.length >= mostVariants)
    throw fieldErrors({ variants: [`A product cannot have more than ${mostVariants} variants.`] });
  const variant = newVariant(call.state, call.store, product, newVariantFrom(call, fieldsOf(call.body)));
  product.variants.push(variant);
  touch(call, product);
  call.announce('product/updated', product.id);
  return json(201, variantView(variant, call.store));
};

const update: Handler = (call) => {
  const variant = find(call);
  const product = productOf(call);
  call.weigh(1);
  const fields = fieldsOf(call.body);
  change(call, product, variant, fields);
  if (Object.keys(fields).every((name) => name === 'stock' || name === 'inventory_levels'))
    announceWrite(call, product.id);
  else call.announce('product/updated', product.id);
  return json(200, variantView(variant, call.store));
};

function listIn(call: Call): Fields[] {
  if (!Array.isArray(call.body)) throw fieldErrors({ body: ['must be a list'] });
  return call.body.map(fieldsOf);
}

/** Changes the named variants; creates none and deletes none. */
const updateMany: Handler = (call) => {
  const product = productOf(call);
  const given = listIn(call);
  call.weigh(given.length);
  const ids = given.map(({ id }) => Number(id));
  const twice = [...new Set(ids.filter((id, place) => ids.indexOf(id) !== place))];
  if (twice.length > 0)
    throw new TiendanubeError(422, { code: 422, message: 'Unprocessable Entity', duplicate_variant_ids: twice });
  const variants = ids.map((id) => product.variants.find((one) => one.id === id));
  if (variants.includes(undefined)) throw notFound('Variant');
  variants.forEach((variant, place) => variant && change(call, product, variant, given[place] ?? {}));
  call.announce('product/updated', product.id);
  return json(
    200,
    product.variants.map((variant) => variantView(variant, call.store)),
  );
};

/** Replaces the whole set: variants with the same values are changed, missing ones are deleted. */
const replaceAll: Handler = (call) => {
  const product = productOf(call);
  const given = listIn(call);
  if (given.length === 0) throw fieldErrors({ variants: ['A product needs at least one variant.'] });
  call.weigh(given.length);
  const kept = given.map((fields) => {
    const values = JSON.stringify(valuesIn(fields.values));
    const known = product.variants.find((one) => JSON.stringify(one.values) === values);
    if (!known) return newVariant(call.state, call.store, product, newVariantFrom(call, fields));
    change(call, product, known, fields);
    return known;
  });
  product.variants = kept;
  touch(call, product);
  call.announce('product/updated', product.id);
  return json(
    200,
    kept.map((variant) => variantView(variant, call.store)),
  );
};

const remove: Handler = (call) => {
  const variant = find(call);
  const product = productOf(call);
  if (product.variants.length === 1) throw fieldErrors({ variants: ['A product needs at least one variant.'] });
  product.variants = product.variants.filter((one) => one !== variant);
  touch(call, product);
  call.announce('product/updated', product.id);
  return json(200, {});
};

export const variantCalls: Record<string, Handler> = {
  'GET /products/:id/variants': (call) =>
    pageAnswer(call, productOf(call).variants, (variant) => variantView(variant, call.store)),
  'POST /products/:id/variants': create,
  'PUT /products/:id/variants': replaceAll,
  'PATCH /products/:id/variants': updateMany,
  'GET /products/:id/variants/:variant': (call) => json(200, variantView(find(call), call.store)),
  'PUT /products/:id/variants/:variant': update,
  'DELETE /products/:id/variants/:variant': remove,
};
