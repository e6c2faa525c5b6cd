import { json } from '../../http/answer.js';
import { variantById } from '../catalogueIndex.js';
import { type Call, fieldsOf, type Fields, type Handler } from '../context.js';
import { envelope, fieldErrors, mixedErrors, notFound } from '../errors.js';
import { variantView } from '../productView.js';
import { type Product, type Variant } from '../state.js';
import { setLevel, shown } from '../stock.js';
import { productOf } from './find.js';
import { type LevelInput, placeOf, readStock, stockErrors } from '../stockInput.js';

/** Counted over all products of one call. */
const largestUpdate = 50;

interface VariantUpdate {
  id?: unknown;
  price?: unknown;
  inventory_levels?: LevelInput[];
}

interface ProductUpdate {
  id?: unknown;
  variants?: VariantUpdate[];
}

/** `PATCH /products/stock-price`: absolute numbers, each variant for itself. A `stock` beside the levels is ignored. */
const stockPrice: Handler = (call) => {
  const updates = readUpdates(call.body);
  const count = updates.reduce((sum, { variants = [] }) => sum + variants.length, 0);
  if (count > largestUpdate) throw envelope(422, 'Too many variants sent for update');
  call.weigh(
    updates.reduce(
      (sum, { variants = [] }) => sum + variants.reduce((all, one) => all + 1 + (one.inventory_levels?.length ?? 0), 0),
      0,
    ),
  );
  for (const update of updates) checkValues(call, update);
  return json(
    200,
    updates.map(({ id, variants = [] }) => {
      let changed = false;
      const results = variants.map((one) => {
        const success = apply(call, Number(id), one);
        changed ||= success;
        return { id: one.id, success };
      });
      if (changed) announceWrite(call, Number(id));
      return { id, variants: results };
    }),
  );
};

function readUpdates(body: unknown): ProductUpdate[] {
  if (!Array.isArray(body) || body.length === 0) throw envelope(422, 'A list of products is expected');
  for (const one of body as unknown[]) {
    const { id, variants } = fieldsOf(one);
    if (!isId(id) || !Array.isArray(variants))
      throw mixedErrors({ products: ['The id and the variants of each product are required.'] });
    for (const variant of variants as unknown[]) {
      const { id: variantId, inventory_levels: levels } = fieldsOf(variant);
      if (!isId(variantId)) throw mixedErrors({ variants: ['The id of each variant is required.'] });
      if (levels !== undefined && !Array.isArray(levels))
        throw mixedErrors({ inventory_levels: ['The inventory_levels must be a list.'] });
    }
  }
  return body as ProductUpdate[];
}

const isId = (value: unknown): boolean => Number.isSafeInteger(Number(value)) && Number(value) > 0;

/** An invalid number or price refuses the whole call. */
function checkValues(call: Call, { id, variants = [] }: ProductUpdate): void {
  const unknown = variants.some((one) => variantById(call.store, Number(one.id))?.productId !== Number(id));
  if (unknown && call.settings.unknownVariants === 'refused') throw notFound('Product');
  for (const { price, inventory_levels: levels = [] } of variants) {
    if (price !== undefined && price !== null && !(Number(price) >= 0))
      throw mixedErrors({ price: ['The price must be a number of at least 0.'] });
    const bad = levels.find((level) => readStock(level.stock, call.settings) === 'bad');
    if (bad) throw mixedErrors(stockErrors(bad.stock));
  }
}

function apply(call: Call, productId: number, update: VariantUpdate): boolean {
  const variant = variantById(call.store, Number(update.id));
  if (variant?.productId !== productId) return false;
  if (variant.sku !== null && call.settings.failSkus.includes(variant.sku)) return false;
  const levels = update.inventory_levels ?? [];
  if (
    levels.some(
      (level) => !variant.levels.some((one) => one.locationId === placeOf(call.store, variant, level.location_id)),
    )
  )
    return false;
  for (const level of levels) write(call, variant, placeOf(call.store, variant, level.location_id), level.stock);
  if (update.price !== undefined) variant.price = update.price === null ? null : Number(update.price).toFixed(2);
  return true;
}

function write(call: Call, variant: Variant, locationId: string | undefined, value: unknown): void {
  const input = readStock(value, call.settings);
  if (input === 'leave' || input === 'bad') return;
  const change = setLevel(variant, locationId, input.to);
  if (change) call.note(variant, change, call.name);
}

/** Sends webhooks about a change by the API, if the setting says so. */
export function announceWrite(call: Call, productId: number): void {
  const { productEvents } = call.settings;
  if (productEvents === 'writes' || productEvents === 'both') call.announce('product/updated', productId);
}

/**
 * Applies `stock` (the first location only) or `inventory_levels` (then `stock` is ignored) of a single
 * variant. Throws 422.
 */
export function writeVariantStock(call: Call, variant: Variant, fields: Fields): void {
  const { inventory_levels: levels, stock } = fields;
  const given = Array.isArray(levels) ? (levels as LevelInput[]) : stock === undefined ? [] : [{ stock }];
  for (const level of given)
    if (readStock(level.stock, call.settings) === 'bad') throw mixedErrors(stockErrors(level.stock));
  for (const level of given) write(call, variant, placeOf(call.store, variant, level.location_id), level.stock);
}

/** `POST /products/:id/variants/stock`: one variant, or all of the product when none is named. */
const variantsStock: Handler = (call) => {
  const product = productOf(call);
  const { action, value, id, location_id: locationId } = fieldsOf(call.body);
  const variants = chosen(product, id);
  if (action !== 'replace' && action !== 'variation')
    throw fieldErrors({ action: ['The selected action is invalid.'] });
  call.weigh(variants.length);
  if (action === 'replace' && value !== null && !(typeof value === 'number' && Number.isInteger(value) && value >= 0))
    throw mixedErrors({ value: ['The value must be at least 0.'] });
  if (action === 'variation' && !(typeof value === 'number' && Number.isInteger(value)))
    throw mixedErrors({ value: ['The value must be an integer.'] });
  for (const variant of variants)
    move(call, variant, action, value as number | null, placeOf(call.store, variant, locationId));
  announceWrite(call, product.id);
  return json(
    200,
    variants.map((variant) => variantView(variant, call.store)),
  );
};

function chosen(product: Product, id: unknown): Variant[] {
  if (id === undefined) return product.variants;
  const variant = product.variants.find((one) => one.id === Number(id));
  if (!variant) throw notFound('Variant');
  return [variant];
}

/** Subtracting more than there is ends at zero without an error. Unlimited stock stays unlimited. */
function move(
  call: Call,
  variant: Variant,
  action: 'replace' | 'variation',
  value: number | null,
  locationId: string | undefined,
): void {
  const now = variant.levels.find((level) => level.locationId === locationId)?.stock ?? 0;
  if (action === 'variation' && (shown(variant) === null || value === null)) return;
  const change = setLevel(
    variant,
    locationId,
    action === 'replace' || value === null ? value : Math.max(0, now + value),
  );
  if (change) call.note(variant, change, call.name);
}

export const stockCalls: Record<string, Handler> = {
  'PATCH /products/stock-price': stockPrice,
  'POST /products/:id/variants/stock': variantsStock,
};
