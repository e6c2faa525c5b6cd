import { type OdooDatabase } from '../odoo/database.js';
import { type Env } from '../odoo/env.js';
import { createRecord } from '../odoo/models/generic.js';
import { type PickingRow, type ProductRow, type QuantRow, type WarehouseRow } from '../odoo/rows.js';
import { count } from '../odoo/stock/inventory.js';
import { assignPicking, validate } from '../odoo/stock/pickings.js';
import { changeQuantity, quantFor, tidyQuants } from '../odoo/stock/quants.js';
import { allow, BadInput, type Input, needNumber, needText, number, text } from './input.js';
import { describeOdoo, type ProductState } from './state.js';

/** The result of an Odoo user's action. */
export interface StockResult {
  product: ProductState;
  picking: string | null;
  /** Webhooks that it caused. */
  posts: number;
}

function productOf(env: Env, sku: string): ProductRow {
  const product = env.store.by('product.product', 'default_code', sku)[0];
  if (!product) throw new BadInput(`Odoo has no product ${sku}`, 404);
  return product;
}

function warehouseOf(env: Env, code: string | undefined): WarehouseRow {
  const warehouse = env.store.all('stock.warehouse').find((one) => code === undefined || one.code === code);
  if (!warehouse) throw new BadInput(`Odoo has no warehouse ${code}`, 404);
  return warehouse;
}

/** Plays the actions of the shop's own people in Odoo. */
export class OdooPlays {
  constructor(private readonly database: OdooDatabase) {}

  /** A person counts a product: its quantity in the warehouse becomes the counted one. */
  async count(input: Input): Promise<StockResult> {
    allow(input, ['sku', 'quantity', 'warehouse', 'reason']);
    const sku = needText(input, 'sku');
    const quantity = needNumber(input, 'quantity');
    return this.play(sku, { inventory_name: text(input, 'reason') ?? 'Conteo físico' }, (env, product) => {
      tidyQuants(env);
      count(env, quantFor(env, product.id, Number(warehouseOf(env, text(input, 'warehouse')).lot_stock_id)), quantity);
      return null;
    });
  }

  /** Goods arrive or leave: a transfer is created and validated at once (`validate: false` leaves it reserved). */
  async transfer(kind: 'receipt' | 'delivery', input: Input): Promise<StockResult> {
    allow(input, ['sku', 'quantity', 'warehouse', 'name', 'origin', 'validate']);
    const sku = needText(input, 'sku');
    const quantity = needNumber(input, 'quantity');
    if (quantity <= 0) throw new BadInput('quantity must be above 0');
    return this.play(sku, { skip_backorder: true }, (env, product) => {
      const warehouse = warehouseOf(env, text(input, 'warehouse'));
      const picking = createRecord(env, 'stock.picking', {
        ...(text(input, 'name') ? { name: text(input, 'name') } : {}),
        origin: text(input, 'origin') ?? false,
        picking_type_id: kind === 'receipt' ? warehouse.in_type_id : warehouse.out_type_id,
        move_ids: [[0, 0, { product_id: product.id, product_uom_qty: quantity }]],
      }) as PickingRow;
      if (input.validate === false) assignPicking(env, picking);
      else validate(env, [picking]);
      return picking.name;
    });
  }

  /**
   * The states that races leave behind in a real database: a reservation without an open move
   * (`reserved`), and a second quant beside the first (`split`, how much of the stock it holds).
   */
  async disorder(input: Input): Promise<StockResult> {
    allow(input, ['sku', 'reserved', 'split']);
    return this.play(needText(input, 'sku'), {}, (env, product) => {
      const place = Number(warehouseOf(env, undefined).lot_stock_id);
      const quant = quantFor(env, product.id, place);
      const reserved = number(input, 'reserved');
      const split = number(input, 'split');
      if (reserved !== undefined)
        env.store.update('stock.quant', quant.id, { reserved_quantity: quant.reserved_quantity + reserved });
      if (split !== undefined) splitQuant(env, quant, split);
      return null;
    });
  }

  private async play(
    sku: string,
    context: Record<string, unknown>,
    work: (env: Env, product: ProductRow) => string | null,
  ): Promise<StockResult> {
    const { result, posts } = this.database.run(context, (env) => work(env, productOf(env, sku)));
    await this.database.send(posts);
    const [product] = describeOdoo(this.database.env(), sku).products;
    if (!product) throw new BadInput(`Odoo has no product ${sku}`, 404);
    return { product, picking: result, posts: posts.length };
  }
}

function splitQuant(env: Env, quant: QuantRow, quantity: number): void {
  const { id, create_date, write_date, ...values } = quant;
  void create_date;
  void write_date;
  changeQuantity(
    { ...env, settings: { ...env.settings, splitQuants: false } },
    Number(quant.product_id),
    Number(quant.location_id),
    -quantity,
  );
  env.store.insert('stock.quant', { ...values, quantity, reserved_quantity: 0 });
  void id;
}
