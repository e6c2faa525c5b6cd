import { OdooBusyError } from '../../../src/connectors/odoo/errors.js';
import { type Rig, type Start } from '../support/rig.js';

/** Reading stock. Runs against any Odoo: the real one defines the behaviour, and the sandbox must match it. */
export function observeSuite(start: Start): void {
  describe('an observation', () => {
    let rig: Rig;
    beforeAll(async () => {
      rig = await start();
    });
    afterEach(() => rig.outbound.mend());
    afterAll(() => rig.stop());

    const observe = async (sku: string) => {
      const { stock, problems } = await rig.connector.observeStock([sku], rig.connection());
      expect(problems).toEqual([]);
      return stock[0]?.warehouses.find((warehouse) => warehouse.warehouse === 'main');
    };
    const problem = async (sku: string) => {
      const { stock, problems } = await rig.connector.observeStock([sku], rig.connection());
      expect(stock).toEqual([]);
      return problems[0]?.problem;
    };
    const ours = () => ({ name: `${rig.installation}/shop/${rig.order()}/1` });

    it('tells units that others hold from those that we hold', async () => {
      const sku = rig.sku();
      const { warehouseman } = rig;
      const product = await warehouseman.product(sku, 20);
      await warehouseman.confirm(await warehouseman.delivery(product, 4));
      await warehouseman.confirm(await warehouseman.delivery(product, 3, ours()));
      expect(await observe(sku)).toMatchObject({ onHand: 20, free: 13, heldByUs: 3 });
    });

    it('counts only what our deliveries really reserve, whatever their state', async () => {
      const sku = rig.sku();
      const { warehouseman } = rig;
      const product = await warehouseman.product(sku, 20);
      await warehouseman.delivery(product, 1, ours());
      expect(await observe(sku)).toMatchObject({ onHand: 20, free: 20, heldByUs: 0 });
      await warehouseman.confirm(await warehouseman.delivery(product, 15, ours()));
      await warehouseman.confirm(await warehouseman.delivery(product, 8, ours()));
      const waiting = await warehouseman.delivery(product, 2, ours());
      await warehouseman.confirm(waiting);
      expect(await observe(sku)).toMatchObject({ onHand: 20, free: 0, heldByUs: 20 });
      await warehouseman.cancel(waiting);
      expect(await observe(sku)).toMatchObject({ onHand: 20, free: 0, heldByUs: 20 });
    });

    it('no longer counts a done delivery as held', async () => {
      const sku = rig.sku();
      const product = await rig.warehouseman.product(sku, 20);
      await rig.warehouseman.validate(await rig.warehouseman.delivery(product, 5, ours()));
      expect(await observe(sku)).toMatchObject({ onHand: 15, free: 15, heldByUs: 0 });
    });

    it('sums the stock of every location of a warehouse', async () => {
      const sku = rig.sku();
      const { warehouseman } = rig;
      const product = await warehouseman.product(sku, 5);
      const { stock } = await warehouseman.warehouse();
      const [shelf = 0] = await warehouseman.call<number[]>('stock.location', 'create', {
        vals_list: [{ name: `shelf ${sku}`, location_id: stock, usage: 'internal' }],
      });
      await warehouseman.count(product, 7, shelf);
      await warehouseman.confirm(await warehouseman.delivery(product, 9, ours()));
      expect(await observe(sku)).toMatchObject({ onHand: 12, free: 3, heldByUs: 9 });
    });

    it('counts what backorders of our deliveries hold, and backorders of those', async () => {
      const sku = rig.sku();
      const { warehouseman } = rig;
      const product = await warehouseman.product(sku, 10);
      const { name } = ours();
      let picking = await warehouseman.delivery(product, 9, { name, origin: 'somebody' });
      for (const part of [2, 3]) {
        await warehouseman.confirm(picking);
        const moves = await warehouseman.search<{ id: number }>('stock.move', [['picking_id', '=', picking]], ['id']);
        await warehouseman.call('stock.move', 'write', {
          ids: moves.map((move) => move.id),
          vals: { quantity: part, picked: true },
        });
        await warehouseman.validate(picking, { skip_backorder: true });
        const rest = await warehouseman.search<{ id: number }>(
          'stock.picking',
          [['backorder_id', '=', picking]],
          ['id'],
        );
        picking = rest[0]?.id ?? 0;
      }
      await warehouseman.confirm(await warehouseman.delivery(product, 1));
      expect(await observe(sku)).toMatchObject({ onHand: 5, free: 0, heldByUs: 4 });
    });

    it('reports what cannot be counted, and every SKU once', async () => {
      const { warehouseman } = rig;
      const [twice, service, untracked, fractional, archived, good, unknown] = Array.from({ length: 7 }, () =>
        rig.sku(),
      ) as [string, ...string[]];
      await warehouseman.product(twice, 1);
      await warehouseman.product(twice, 1);
      await warehouseman.product(service ?? '', 0, { type: 'service', is_storable: false });
      await warehouseman.product(untracked ?? '', 0, { is_storable: false });
      await warehouseman.product(fractional ?? '', 1.5);
      await warehouseman.call('product.product', 'write', {
        ids: [await warehouseman.product(archived ?? '', 1)],
        vals: { active: false },
      });
      await warehouseman.product(good ?? '', 1);
      const asked = [twice, service, untracked, fractional, archived, good, unknown, good].map(String);
      const { stock, problems } = await rig.connector.observeStock(asked, rig.connection());
      // Parts of a unit are told as they are.
      expect(stock.map((one) => [one.sku, one.warehouses[0]?.free])).toEqual([
        [fractional, 1.5],
        [good, 1],
      ]);
      expect(problems.map((one) => [one.sku, one.problem])).toEqual([
        [twice, 'duplicate'],
        [service, 'notStorable'],
        [untracked, 'notStorable'],
        [archived, 'unknown'],
        [unknown, 'unknown'],
      ]);
    });

    it('takes the active product when an archived one has the same SKU', async () => {
      const sku = rig.sku();
      const { warehouseman } = rig;
      await warehouseman.call('product.product', 'write', {
        ids: [await warehouseman.product(sku, 3)],
        vals: { active: false },
      });
      expect(await problem(sku)).toBe('unknown');
      await warehouseman.product(sku, 8);
      expect(await observe(sku)).toMatchObject({ onHand: 8 });
    });

    it('repeats when a delivery of ours left between its two reads', async () => {
      const sku = rig.sku();
      const { warehouseman } = rig;
      const product = await warehouseman.product(sku, 10);
      const picking = await warehouseman.delivery(product, 4, ours());
      await warehouseman.confirm(picking);
      let moved = false;
      rig.outbound.beforeEach(async (action) => {
        if (action !== 'product.product.search_read' || moved) return;
        moved = true;
        await warehouseman.validate(picking);
      });
      expect(await observe(sku)).toMatchObject({ onHand: 6, free: 6, heldByUs: 0 });
    });

    it('asks for a retry while our deliveries keep changing', async () => {
      const sku = rig.sku();
      const { warehouseman } = rig;
      const product = await warehouseman.product(sku, 50);
      rig.outbound.beforeEach(async (action) => {
        if (action === 'product.product.search_read')
          await warehouseman.confirm(await warehouseman.delivery(product, 1, ours()));
      });
      const error: unknown = await rig.connector
        .observeStock([sku], rig.connection())
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(OdooBusyError);
      expect(rig.connector.classify(error)).toEqual({ do: 'retry' });
    });

    it('reads 500 SKUs in as many calls as one', async () => {
      const { warehouseman } = rig;
      const skus = Array.from({ length: 500 }, () => rig.sku());
      const values = skus.map((sku) => ({ name: sku, default_code: sku, type: 'consu', is_storable: true }));
      const ids = await warehouseman.call<number[]>('product.product', 'create', { vals_list: values });
      await warehouseman.confirm(await warehouseman.delivery(ids[0] ?? 0, 1, ours()));
      await rig.connector.observeStock(skus.slice(0, 1), rig.connection());
      rig.outbound.mend();
      await rig.connector.observeStock(skus.slice(0, 1), rig.connection());
      const forOne = rig.outbound.sent;
      rig.outbound.mend();
      const { stock, problems } = await rig.connector.observeStock(skus, rig.connection());
      expect(stock.map((one) => one.sku)).toEqual(skus);
      expect(problems).toEqual([]);
      expect(rig.outbound.sent).toBe(forOne);
    });

    it('never shows a quantity from the middle of a delivery of ours', async () => {
      const sku = rig.sku();
      await rig.warehouseman.product(sku, 40);
      let busy = true;
      const seen: number[] = [];
      const watch = async () => {
        while (busy) {
          const found = await rig.connector.observeStock([sku], rig.connection()).catch((error: unknown) => {
            if (error instanceof OdooBusyError) return null;
            throw error;
          });
          const main = found?.stock[0]?.warehouses.find((warehouse) => warehouse.warehouse === 'main');
          if (main) seen.push(main.free + main.heldByUs);
        }
      };
      const watching = watch();
      const sales = Array.from({ length: 6 }, () => rig.sale(sku, 5));
      await Promise.all(sales.map((sale) => rig.connector.transfer(sale, rig.connection())));
      busy = false;
      await watching;
      expect(seen.filter((quantity) => quantity % 5 !== 0)).toEqual([]);
      expect([...seen].sort((one, other) => other - one)).toEqual(seen);
      expect(await observe(sku)).toMatchObject({ onHand: 10, free: 10, heldByUs: 0 });
    });

    it('finds the SKU of a product that a webhook names', async () => {
      const sku = rig.sku();
      const product = await rig.warehouseman.product(sku);
      const [nameless = 0] = await rig.warehouseman.call<number[]>('product.product', 'create', {
        vals_list: [{ name: 'without a code' }],
      });
      expect(await rig.connector.skuOf(String(product), rig.connection())).toBe(sku);
      expect(await rig.connector.skuOf(String(nameless), rig.connection())).toBeNull();
      expect(await rig.connector.skuOf('999999', rig.connection())).toBeNull();
      expect(await rig.connector.skuOf('12; drop', rig.connection())).toBeNull();
    });
  });
}
