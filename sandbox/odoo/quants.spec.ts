import { startSandbox, type Sandbox } from '../server.js';
import { control, odoo, odooResult } from '../testing/clients.js';

const sku = 'PROD-010';
const product = 10;
const onHand = 170;

describe('quantities in the simulated Odoo', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox({ settings: { odoo: { warehouses: 2 } } });
  });
  afterEach(() => sandbox.close());

  const set = (values: Record<string, unknown>, context: Record<string, unknown> = {}): Promise<number[]> =>
    odooResult(sandbox, 'stock.quant.create', {
      vals_list: [{ product_id: product, location_id: 5, ...values }],
      context: { inventory_mode: true, ...context },
    });
  const now = (): unknown => {
    const [row] = sandbox.state(sku).odoo.products;
    return [row?.onHand, row?.free];
  };
  const inventoryMoves = (): unknown[] => sandbox.state(sku).odoo.moves;
  const apply = (ids: number[]): Promise<unknown> => odooResult(sandbox, 'stock.quant.action_apply_inventory', { ids });

  it('start as in the catalogue', () => {
    expect(now()).toEqual([onHand, onHand]);
  });

  it('are set in one call, by a done move of the difference with a searchable name', async () => {
    await set({ inventory_quantity_auto_apply: 150 }, { inventory_name: 'ADJ-1' });
    expect(now()).toEqual([150, 150]);
    const found = await odooResult<unknown[]>(sandbox, 'stock.move.search_read', {
      domain: [['inventory_name', '=', 'ADJ-1']],
      fields: ['quantity', 'reference', 'is_inventory', 'state', 'location_id', 'picking_id', 'origin'],
    });
    expect(found).toEqual([
      expect.objectContaining({
        quantity: 20,
        reference: 'ADJ-1',
        is_inventory: true,
        state: 'done',
        location_id: [5, 'WH/Stock'],
        picking_id: false,
        origin: false,
      }),
    ]);
  });

  it('make no move when the count agrees', async () => {
    await set({ inventory_quantity_auto_apply: onHand });
    expect(inventoryMoves()).toEqual([]);
  });

  it('are zeroed when a count is applied twice', async () => {
    const quants = await set({ inventory_quantity: 60 });
    expect(now()).toEqual([onHand, onHand]);
    expect(await apply(quants)).toBeNull();
    expect(now()).toEqual([60, 60]);
    await apply(quants);
    expect(now()).toEqual([0, 0]);
  });

  it('are left alone when stock moved between the count and its application', async () => {
    const quants = await set({ inventory_quantity: 60 });
    await control(sandbox, 'POST', '/deliveries', { sku, quantity: 4 });
    expect(await apply(quants)).toMatchObject({ res_model: 'stock.inventory.conflict' });
    expect(now()).toEqual([onHand - 4, onHand - 4]);
  });

  it('may lie in several quants, of which an absolute value sets one', async () => {
    await control(sandbox, 'POST', '/disorder', { sku, split: -5 });
    const quants = await odooResult<unknown[]>(sandbox, 'stock.quant.search', {
      domain: [
        ['product_id', '=', product],
        ['location_id.usage', '=', 'internal'],
      ],
    });
    expect(quants).toHaveLength(2);
    expect(now()).toEqual([onHand, onHand]);
    await set({ inventory_quantity_auto_apply: 100 });
    expect(now()).toEqual([95, 95]);
    await odooResult(sandbox, 'stock.quant.action_view_inventory');
    const merged = await odooResult<unknown[]>(sandbox, 'stock.quant.search_read', {
      domain: [
        ['product_id', '=', product],
        ['location_id', '=', 5],
      ],
      fields: ['quantity'],
    });
    expect(merged).toMatchObject([{ quantity: 95 }]);
  });

  it('gather quants beside each other while the switch is on, with the right sum', async () => {
    sandbox.settings.odoo.splitQuants = true;
    await control(sandbox, 'POST', '/deliveries', { sku, quantity: 4 });
    await control(sandbox, 'POST', '/receipts', { sku, quantity: 1 });
    const quants = await odooResult<{ quantity: number }[]>(sandbox, 'stock.quant.search_read', {
      domain: [
        ['product_id', '=', product],
        ['location_id', '=', 5],
      ],
      fields: ['quantity'],
    });
    expect(quants.map((quant) => quant.quantity)).toEqual([onHand, -4, 1]);
    expect(now()).toEqual([onHand - 3, onHand - 3]);
  });

  it('lose a stale reservation when the inventory is opened', async () => {
    await control(sandbox, 'POST', '/disorder', { sku, reserved: 6 });
    expect(now()).toEqual([onHand, onHand - 6]);
    await odooResult(sandbox, 'stock.quant.action_view_inventory');
    expect(now()).toEqual([onHand, onHand]);
  });

  it('are shown per warehouse when the context names one', async () => {
    await control(sandbox, 'POST', '/receipts', { sku, quantity: 7, warehouse: 'BN' });
    const read = async (context: Record<string, unknown>): Promise<unknown> => {
      const [row] = await odooResult<Record<string, number>[]>(sandbox, 'product.product.read', {
        ids: [product],
        fields: ['free_qty'],
        context,
      });
      return row?.free_qty;
    };
    expect([await read({}), await read({ warehouse_id: 1 }), await read({ warehouse_id: 2 })]).toEqual([
      onHand + 7,
      onHand,
      7,
    ]);
  });

  it('do not exist for products without stock', async () => {
    const [service] = await odooResult<number[]>(sandbox, 'product.product.create', {
      vals_list: [{ name: 'Envoltorio' }],
    });
    const refused = await odoo(sandbox, 'stock.quant.create', {
      vals_list: [{ product_id: service, location_id: 5, inventory_quantity_auto_apply: 1 }],
      context: { inventory_mode: true },
    });
    expect(refused).toMatchObject({
      status: 422,
      body: { message: 'Quants cannot be created for consumables or services.' },
    });
  });

  it('belong to products whose codes may repeat but whose barcodes may not', async () => {
    const make = (values: Record<string, unknown>): Promise<{ status: number }> =>
      odoo(sandbox, 'product.product.create', { vals_list: [{ name: 'X', ...values }] });
    expect((await make({ default_code: sku, barcode: '780' })).status).toBe(200);
    expect((await make({ default_code: sku })).status).toBe(200);
    expect((await make({ barcode: '780' })).status).toBe(422);
  });
});
