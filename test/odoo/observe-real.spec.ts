import { type Rig, startReal } from './support/rig.js';

describe('an observation of', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startReal();
  });
  afterAll(() => rig.stop());

  const ours = () => ({ name: `${rig.installation}/shop/${rig.order()}/1` });
  const observe = async (sku: string) => {
    const { stock } = await rig.connector.observeStock([sku], rig.connection());
    return stock[0]?.warehouses.find((warehouse) => warehouse.warehouse === 'main');
  };

  it('chains counts the lines before and after our deliveries, and not those of others', async () => {
    const sku = rig.sku();
    const { warehouseman } = rig;
    const product = await warehouseman.product(sku, 30);
    const { stock, intType } = await warehouseman.warehouse();
    const [output = 0] = await warehouseman.call<number[]>('stock.location', 'create', {
      vals_list: [{ name: `output ${sku}`, location_id: stock, usage: 'internal' }],
    });
    const chain = async (quantity: number, pick: Record<string, unknown>, ship: Record<string, unknown>) => {
      const to = { location_id: stock, location_dest_id: output };
      const first = await warehouseman.delivery(product, quantity, { picking_type_id: intType, ...to, ...pick });
      const moves = await warehouseman.search<{ id: number }>('stock.move', [['picking_id', '=', first]], ['id']);
      const line = {
        product_id: product,
        product_uom_qty: quantity,
        location_id: output,
        move_orig_ids: [[6, 0, moves.map((move) => move.id)]],
      };
      const second = await warehouseman.delivery(product, quantity, {
        location_id: output,
        move_ids: [[0, 0, line]],
        ...ship,
      });
      await warehouseman.confirm(first);
      await warehouseman.confirm(second);
      return first;
    };
    await chain(3, {}, ours());
    const picked = await chain(4, ours(), {});
    await chain(5, {}, {});
    expect(await observe(sku)).toMatchObject({ onHand: 30, free: 18, heldByUs: 7 });
    await warehouseman.validate(picked);
    expect(await observe(sku)).toMatchObject({ onHand: 30, free: 18, heldByUs: 7 });
  });

  it('several warehouses returns each, as a figure that is not counted', async () => {
    const sku = rig.sku();
    const { warehouseman } = rig;
    const code = `T${rig.installation.slice(-4)}`;
    await warehouseman.call('stock.warehouse', 'create', { vals_list: [{ name: `Second ${code}`, code }] });
    const product = await warehouseman.product(sku, 6);
    await warehouseman.count(product, 11, (await warehouseman.warehouse(code)).stock);
    const first = await rig.restarted().observeStock([sku], rig.connection());
    expect(first.stock[0]?.warehouses).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ code: 'WH', warehouse: 'main', onHand: 6, free: 6 }),
        expect.objectContaining({ code, warehouse: null, onHand: 11, free: 11 }),
      ]),
    );
    const chosen = await rig.restarted().observeStock([sku], rig.connection({ warehouse: code }));
    expect(chosen.stock[0]?.warehouses.find((warehouse) => warehouse.warehouse === 'main')).toMatchObject({
      code,
      onHand: 11,
    });
    const { warehouse } = await warehouseman
      .search<{ id: number }>('stock.warehouse', [['code', '=', code]], ['id'])
      .then(([row]) => ({ warehouse: row?.id ?? 0 }));
    await warehouseman.count(product, 0, (await warehouseman.warehouse(code)).stock);
    await warehouseman.call('stock.warehouse', 'write', { ids: [warehouse], vals: { active: false } });
  });

  it('stale reservations corrects them, and leaves those of others alone', async () => {
    const sku = rig.sku();
    const { warehouseman } = rig;
    const product = await warehouseman.product(sku, 20);
    await warehouseman.confirm(await warehouseman.delivery(product, 4));
    await warehouseman.confirm(await warehouseman.delivery(product, 3, ours()));
    const leak = async () => {
      const where = [
        ['product_id', '=', product],
        ['location_id.usage', '=', 'internal'],
        ['quantity', '>', 0],
      ];
      const quants = await warehouseman.search<{ id: number; reserved_quantity: number }>('stock.quant', where, [
        'reserved_quantity',
      ]);
      const [quant] = quants;
      const vals = { reserved_quantity: (quant?.reserved_quantity ?? 0) + 6 };
      await warehouseman.call('stock.quant', 'write', { ids: [quant?.id], vals });
    };
    await leak();
    const shadow = { ...rig.connection(), publishing: 'shadow' as const };
    const shown = await rig.restarted().observeStock([sku], shadow);
    expect(shown.stock[0]?.warehouses[0]).toMatchObject({ onHand: 20, free: 7, heldByUs: 3 });
    expect(await observe(sku)).toMatchObject({ onHand: 20, free: 13, heldByUs: 3 });
    await leak();
    expect(await observe(sku)).toMatchObject({ onHand: 20, free: 7, heldByUs: 3 });
  });
});
