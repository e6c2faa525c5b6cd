import { type OdooServer } from './rig.js';

interface Warehouse {
  readonly id: number;
  readonly stock: number;
  readonly inType: number;
  readonly outType: number;
  readonly intType: number;
}

/** A person who works in Odoo, with a client of their own. */
export class Warehouseman {
  constructor(private readonly server: OdooServer) {}

  /** @throws Error with Odoo's answer when it is not a success */
  async call<Result>(model: string, method: string, args: Readonly<Record<string, unknown>>): Promise<Result> {
    const answer = await fetch(`${this.server.url}/json/2/${model}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.server.apiKey}` },
      body: JSON.stringify(args),
    });
    const text = await answer.text();
    if (answer.status !== 200) {
      const { name, message } = JSON.parse(text) as { name: string; message: string };
      throw new Error(`${model}.${method}: ${answer.status} ${name} ${message}`);
    }
    return JSON.parse(text) as Result;
  }

  search<Row>(model: string, domain: readonly unknown[], fields: readonly string[]): Promise<Row[]> {
    return this.call<Row[]>(model, 'search_read', { domain, fields });
  }

  async warehouse(code = 'WH'): Promise<Warehouse> {
    type Row = {
      id: number;
      lot_stock_id: [number];
      in_type_id: [number];
      out_type_id: [number];
      int_type_id: [number];
    };
    const [row] = await this.search<Row>(
      'stock.warehouse',
      [['code', '=', code]],
      ['lot_stock_id', 'in_type_id', 'out_type_id', 'int_type_id'],
    );
    if (!row) throw new Error(`no warehouse ${code}`);
    return {
      id: row.id,
      stock: row.lot_stock_id[0],
      inType: row.in_type_id[0],
      outType: row.out_type_id[0],
      intType: row.int_type_id[0],
    };
  }

  async product(sku: string, onHand = 0, more: Readonly<Record<string, unknown>> = {}): Promise<number> {
    const values = { name: `Test ${sku}`, default_code: sku, type: 'consu', is_storable: true, ...more };
    const [id] = await this.call<number[]>('product.product', 'create', { vals_list: [values] });
    if (id === undefined) throw new Error('no product was made');
    if (onHand > 0) await this.count(id, onHand);
    return id;
  }

  /** Sets the quantity on hand in one location by a count. */
  async count(product: number, quantity: number, location?: number): Promise<void> {
    const where = location ?? (await this.warehouse()).stock;
    await this.call('stock.quant', 'create', {
      vals_list: [{ product_id: product, location_id: where, inventory_quantity_auto_apply: quantity }],
      context: { inventory_mode: true, inventory_name: 'test' },
    });
  }

  /** Adds to the quantity on hand. Unlike a count it is right, too, when Odoo keeps several quants for one location. */
  async receive(product: number, quantity: number): Promise<void> {
    const { inType } = await this.warehouse();
    const picking = await this.delivery(product, quantity, { picking_type_id: inType });
    await this.validate(picking, { skip_backorder: true });
  }

  async delivery(product: number, quantity: number, more: Readonly<Record<string, unknown>> = {}): Promise<number> {
    const { outType } = await this.warehouse();
    const values = {
      picking_type_id: outType,
      move_ids: [[0, 0, { product_id: product, product_uom_qty: quantity }]],
      ...more,
    };
    const [id] = await this.call<number[]>('stock.picking', 'create', { vals_list: [values] });
    return id ?? 0;
  }

  confirm(picking: number): Promise<unknown> {
    return this.call('stock.picking', 'action_confirm', { ids: [picking] });
  }

  validate(picking: number, context: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    return this.call('stock.picking', 'button_validate', { ids: [picking], context });
  }

  cancel(picking: number): Promise<unknown> {
    return this.call('stock.picking', 'action_cancel', { ids: [picking] });
  }

  async onHand(product: number): Promise<{ readonly onHand: number; readonly free: number }> {
    const fields = ['qty_available', 'free_qty'];
    const [row] = await this.call<{ qty_available: number; free_qty: number }[]>('product.product', 'read', {
      ids: [product],
      fields,
    });
    return { onHand: row?.qty_available ?? Number.NaN, free: row?.free_qty ?? Number.NaN };
  }

  named(name: string): Promise<{ id: number; name: string; state: string; origin: string | false }[]> {
    return this.search('stock.picking', [['name', '=', name]], ['name', 'state', 'origin']);
  }
}
