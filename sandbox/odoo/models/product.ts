import { type Env } from '../env.js';
import { validationError } from '../errors.js';
import { type ProductRow } from '../rows.js';
import { quantFor } from '../stock/quants.js';
import { count, touch } from '../stock/inventory.js';
import { type Behaviour, idOr, textOr, type Values } from './method.js';

function checkBarcode(env: Env, barcode: string | false, own: number | null): void {
  if (barcode === false) return;
  const taken = env.store.all('product.product').some((product) => product.barcode === barcode && product.id !== own);
  if (taken)
    throw validationError(`Barcode(s) already assigned:\n\n- Barcode "${barcode}" already assigned to product(s)`);
}

/** Setting a product's on-hand figure is a count in the first warehouse. */
function setOnHand(env: Env, product: ProductRow, quantity: unknown): void {
  const stock = env.store.all('stock.warehouse')[0]?.lot_stock_id;
  if (typeof quantity !== 'number' || !stock) return;
  const quant = quantFor(env, product.id, stock);
  if (quant.quantity !== quantity) touch(env, quant);
  count(env, quant, quantity);
}

export const productBehaviour: Behaviour = {
  create(env, values) {
    const name = textOr(values.name, 'Unnamed');
    const barcode = textOr(values.barcode, false as const);
    checkBarcode(env, barcode, null);
    const template = env.store.insert('product.template', { name });
    const product = env.store.insert('product.product', {
      name,
      // Not unique: the real one accepts the same code twice.
      default_code: textOr(values.default_code, false as const),
      barcode,
      type: textOr(values.type, 'consu'),
      is_storable: values.is_storable === true,
      active: values.active !== false,
      list_price: typeof values.list_price === 'number' ? values.list_price : 1,
      product_tmpl_id: idOr(values.product_tmpl_id, template.id),
      uom_id: idOr(values.uom_id, 1),
      company_id: idOr(values.company_id, false),
    });
    setOnHand(env, product, values.qty_available);
    return product;
  },
  write(env, record, values: Values) {
    const product = record as ProductRow;
    const { qty_available: onHand, ...rest } = values;
    if (typeof rest.barcode === 'string') checkBarcode(env, rest.barcode, product.id);
    if (Object.keys(rest).length > 0) env.store.update('product.product', product.id, rest);
    setOnHand(env, product, onHand);
  },
};
