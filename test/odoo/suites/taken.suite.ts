import { type Rig, type Start } from '../support/rig.js';

/**
 * What deliveries have taken before they are counted. Runs against any Odoo: the real one defines the behaviour, and the sandbox must
 * match it.
 */
export function takenSuite(start: Start): void {
  describe('what an uncounted delivery has taken', () => {
    let rig: Rig;
    beforeAll(async () => {
      rig = await start();
    });
    afterAll(() => rig.stop());

    /** Free, held and taken units in the first warehouse, and their sum. */
    const seen = async (sku: string, ...names: string[]) => {
      const { stock } = await rig.connector.observeStock([sku], rig.connection(), async () => names);
      const main = stock[0]?.warehouses.find(({ warehouse }) => warehouse === 'main');
      const { free = 0, heldByUs: held = 0, taken = [] } = main ?? {};
      const units = taken.reduce((sum, one) => sum + one.units, 0);
      return { held, taken: units, sum: free + held + units };
    };
    const movesOf = (picking: number) =>
      rig.warehouseman.search<{ id: number }>('stock.move', [['picking_id', '=', picking]], ['id']);
    const pickingOf = async (name: string) => (await rig.warehouseman.named(name))[0]?.id ?? 0;
    /** A person ships `part` of a delivery; the rest becomes a backorder, whose id is given back. */
    const shipPart = async (picking: number, part: number): Promise<number> => {
      const { warehouseman } = rig;
      await warehouseman.confirm(picking);
      const moves = await movesOf(picking);
      await warehouseman.call('stock.move', 'write', {
        ids: moves.map((move) => move.id),
        vals: { quantity: part, picked: true },
      });
      await warehouseman.validate(picking, { skip_backorder: true });
      const rest = await warehouseman.search<{ id: number }>('stock.picking', [['backorder_id', '=', picking]], ['id']);
      return rest[0]?.id ?? 0;
    };
    const giveBack = async (picking: number, units: number) => {
      const { warehouseman } = rig;
      const context = { active_id: picking, active_ids: [picking], active_model: 'stock.picking' };
      const [wizard = 0] = await warehouseman.call<number[]>('stock.return.picking', 'create', {
        vals_list: [{ picking_id: picking }],
        context,
      });
      const lines = await warehouseman.search<{ id: number }>(
        'stock.return.picking.line',
        [['wizard_id', '=', wizard]],
        ['id'],
      );
      await warehouseman.call('stock.return.picking.line', 'write', {
        ids: lines.map((line) => line.id),
        vals: { quantity: units },
      });
      const { res_id: back } = await warehouseman.call<{ res_id: number }>(
        'stock.return.picking',
        'action_create_returns',
        { ids: [wizard], context },
      );
      await warehouseman.validate(back, { skip_backorder: true });
    };

    it('is nothing while it is open, and all of it once it is done', async () => {
      const sku = rig.sku();
      const { warehouseman } = rig;
      const product = await warehouseman.product(sku, 20);
      const sale = rig.sale(sku, 5);
      const picking = await warehouseman.delivery(product, 5, { name: sale.name, origin: sale.origin });
      await warehouseman.confirm(picking);
      expect(await seen(sku, sale.name)).toEqual({ held: 5, taken: 0, sum: 20 });
      await warehouseman.validate(picking);
      expect(await seen(sku, sale.name)).toEqual({ held: 0, taken: 5, sum: 20 });
      expect(await seen(sku)).toEqual({ held: 0, taken: 0, sum: 15 });
    });

    it('includes backorders that a person made and shipped later', async () => {
      const sku = rig.sku();
      const { warehouseman } = rig;
      const product = await warehouseman.product(sku, 20);
      const { name, origin } = rig.sale(sku, 9);
      const first = await warehouseman.delivery(product, 9, { name, origin });
      const second = await shipPart(first, 2);
      expect(await seen(sku, name)).toEqual({ held: 7, taken: 2, sum: 20 });
      const third = await shipPart(second, 3);
      expect(await seen(sku, name)).toEqual({ held: 4, taken: 5, sum: 20 });
      await warehouseman.validate(third);
      expect(await seen(sku, name)).toEqual({ held: 0, taken: 9, sum: 20 });
    });

    it('is less by what came back, also from a backorder', async () => {
      const sku = rig.sku();
      const { warehouseman } = rig;
      const product = await warehouseman.product(sku, 20);
      const { name, origin } = rig.sale(sku, 6);
      const first = await warehouseman.delivery(product, 6, { name, origin });
      const rest = await shipPart(first, 4);
      await giveBack(first, 3);
      expect(await seen(sku, name)).toEqual({ held: 2, taken: 1, sum: 20 });
      await warehouseman.validate(rest);
      await giveBack(rest, 2);
      expect(await seen(sku, name)).toEqual({ held: 0, taken: 1, sum: 20 });
    });

    it('is told for each of several deliveries, whoever validates them', async () => {
      const sku = rig.sku();
      const { warehouseman } = rig;
      const product = await warehouseman.product(sku, 20);
      const [ours, byHand, counted] = [rig.sale(sku, 2), rig.sale(sku, 3), rig.sale(sku, 4)];
      await rig.connector.transfer(ours, rig.connection());
      await rig.connector.transfer(counted, rig.connection());
      const picking = await warehouseman.delivery(product, 3, { name: byHand.name, origin: byHand.origin });
      await warehouseman.confirm(picking);
      await warehouseman.validate(await pickingOf(byHand.name));
      const { stock } = await rig.connector.observeStock([sku], rig.connection(), async () => [ours.name, byHand.name]);
      const main = stock[0]?.warehouses.find(({ warehouse }) => warehouse === 'main');
      expect(main?.free).toBe(11);
      expect([...(main?.taken ?? [])].sort((a, b) => a.units - b.units)).toEqual([
        { transfer: ours.name, units: 2 },
        { transfer: byHand.name, units: 3 },
      ]);
    });

    it('is negative for goods that a transfer of ours brought in', async () => {
      const sku = rig.sku();
      await rig.warehouseman.product(sku, 20);
      const back = rig.sale(sku, 4, { direction: 'in' });
      await rig.connector.transfer(back, rig.connection());
      expect(await seen(sku, back.name)).toEqual({ held: 0, taken: -4, sum: 20 });
    });

    it('is counted in the warehouse that it left from', async () => {
      const sku = rig.sku();
      const { warehouseman } = rig;
      const product = await warehouseman.product(sku, 20);
      const { stock } = await warehouseman.warehouse();
      const [shelf = 0] = await warehouseman.call<number[]>('stock.location', 'create', {
        vals_list: [{ name: `shelf ${sku}`, location_id: stock, usage: 'internal' }],
      });
      await warehouseman.count(product, 7, shelf);
      const { name, origin } = rig.sale(sku, 6);
      const picking = await warehouseman.delivery(product, 6, { name, origin, location_id: shelf });
      await warehouseman.confirm(picking);
      await warehouseman.validate(picking);
      expect(await seen(sku, name)).toEqual({ held: 0, taken: 6, sum: 27 });
    });
  });
}
