import { json } from '../../http/answer.js';
import { variantsBySku } from '../catalogueIndex.js';
import { type Call, type Fields, fieldsOf, type Handler } from '../context.js';
import { fieldErrors, notFound } from '../errors.js';
import { inTimes, pageAnswer, picked, sinceId } from '../paging.js';
import { productView } from '../productView.js';
import { addProduct } from '../seed.js';
import { type Product } from '../state.js';
import { shown } from '../stock.js';
import { productOf } from './find.js';
import { newVariantFrom } from './variants.js';

const mostIds = 30;

const view = (call: Call) => (product: Product) => productView(product, call.store);

/** The first text of `{"es": "..."}`, or a bare string. */
function textIn(value: unknown): string | undefined {
  const text = typeof value === 'object' && value !== null ? (Object.values(value)[0] as unknown) : value;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

const list: Handler = (call) => {
  const { query } = call.request;
  const [text, ids, published] = [query.get('q')?.toLowerCase(), query.get('ids')?.split(','), query.get('published')];
  if (ids && ids.length > mostIds) throw fieldErrors({ ids: [`The ids may not have more than ${mostIds} items.`] });
  const [inTime, since] = [inTimes(call), sinceId(call)];
  const [least, most] = [Number(query.get('min_stock') ?? NaN), Number(query.get('max_stock') ?? NaN)];
  const stockFits = (product: Product): boolean =>
    product.variants.some((variant) => {
      const stock = shown(variant) ?? Infinity;
      return !(stock < least) && !(stock > most);
    });
  const found = Object.values(call.store.products).filter(
    (product) =>
      (!text ||
        product.name.toLowerCase().includes(text) ||
        product.variants.some(({ sku }) => sku?.toLowerCase().includes(text))) &&
      (!ids || ids.includes(String(product.id))) &&
      (!published || String(product.published) === published) &&
      stockFits(product) &&
      inTime(product) &&
      since(product),
  );
  return pageAnswer(call, sorted(found, query.get('sort_by')), view(call));
};

function sorted(products: Product[], by: string | null): Product[] {
  switch (by) {
    case 'created-at-descending':
      return products.sort((a, b) => b.createdAt - a.createdAt || b.id - a.id);
    case 'alpha-ascending':
      return products.sort((a, b) => a.name.localeCompare(b.name));
    case 'alpha-descending':
      return products.sort((a, b) => b.name.localeCompare(a.name));
    default:
      return products;
  }
}

/** Only the first product with the SKU, however many there are. */
const bySku: Handler = (call) => {
  const [variant] = variantsBySku(call.store, call.parameters.sku ?? '');
  const product = variant && call.store.products[variant.productId];
  if (!product) throw notFound('Product');
  return json(200, picked(call, view(call)(product)));
};

const create: Handler = (call) => {
  const fields = fieldsOf(call.body);
  const name = textIn(fields.name);
  if (name === undefined) throw fieldErrors({ name: ["can't be blank"] });
  const given =
    Array.isArray(fields.variants) && fields.variants.length > 0 ? (fields.variants as unknown[]).map(fieldsOf) : [{}];
  const attributes = Array.isArray(fields.attributes) ? fields.attributes.map((one) => textIn(one) ?? '') : [];
  const product = addProduct(
    call.state,
    call.store,
    name,
    given.map((variant) => newVariantFrom(call, variant)),
    attributes,
  );
  call.announce('product/created', product.id);
  return json(201, view(call)(product));
};

/** Name and visibility. Stock and prices belong to the variants; here they are silently ignored. */
const update: Handler = (call) => {
  const product = productOf(call);
  const fields: Fields = fieldsOf(call.body);
  product.name = textIn(fields.name) ?? product.name;
  if (typeof fields.published === 'boolean') product.published = fields.published;
  product.updatedAt = Date.now();
  call.announce('product/updated', product.id);
  return json(200, view(call)(product));
};

const remove: Handler = (call) => {
  const product = productOf(call);
  delete call.store.products[product.id];
  call.store.revision += 1;
  call.announce('product/deleted', product.id);
  return json(200, {});
};

export const productCalls: Record<string, Handler> = {
  'GET /products': list,
  'POST /products': create,
  'GET /products/sku/:sku': bySku,
  'GET /products/:id': (call) => json(200, picked(call, view(call)(productOf(call)))),
  'PUT /products/:id': update,
  'DELETE /products/:id': remove,
};
