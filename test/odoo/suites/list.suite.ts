import { type ErpProduct } from '../../../src/connectors/contract.js';
import { type Rig, type Start } from '../support/rig.js';

/**
 * The list of all products. Runs against any Odoo: the real one defines the behaviour, and the sandbox
 * must match it.
 */
export function listSuite(start: Start): void {
  describe('the list of products', () => {
    let rig: Rig;
    let newest: number;
    beforeAll(async () => {
      rig = await start();
      const rows = await rig.warehouseman.call<{ id: number }[]>('product.product', 'search_read', {
        domain: [],
        fields: ['name'],
        order: 'id desc',
        limit: 1,
        context: { active_test: false },
      });
      newest = rows[0]?.id ?? 0;
    });
    afterEach(() => rig.outbound.mend());
    afterAll(() => rig.stop());

    /** All products that were created since the suite began. */
    const listed = async (): Promise<ErpProduct[]> => {
      const items: ErpProduct[] = [];
      for (let cursor: string | null = String(newest); cursor !== null;) {
        const page = await rig.connector.listProducts(cursor, rig.connection());
        items.push(...page.items);
        cursor = page.nextCursor;
      }
      return items;
    };
    const of = async (sku: string) => (await listed()).filter((product) => product.sku === sku);
    const kinds = async (sku: string) => (await of(sku)).map((product) => product.problem?.kind);

    it('has each countable product once, under its SKU, whatever its stock', async () => {
      const [some, none] = [rig.sku(), rig.sku()];
      const id = await rig.warehouseman.product(some, 3);
      await rig.warehouseman.product(none);
      expect(await of(some)).toEqual([{ sku: some, productRef: String(id) }]);
      expect(await kinds(none)).toEqual([undefined]);
    });

    it('marks products without stock tracking, without a SKU, and archived ones', async () => {
      const { warehouseman } = rig;
      const [service, goods, old] = [rig.sku(), rig.sku(), rig.sku()];
      await warehouseman.product(service, 0, { type: 'service', is_storable: false });
      await warehouseman.product(goods, 0, { is_storable: false });
      const archived = await warehouseman.product(old);
      await warehouseman.call('product.product', 'write', { ids: [archived], vals: { active: false } });
      const nameless = await warehouseman.product('', 0, { name: `Nameless ${goods}`, default_code: false });
      expect([await kinds(service), await kinds(goods), await kinds(old)]).toEqual([
        ['notStorable'],
        ['notStorable'],
        ['archived'],
      ]);
      const unnamed = (await listed()).find((product) => product.productRef === String(nameless));
      expect(unnamed).toMatchObject({ sku: null, problem: { kind: 'noSku' } });
    });

    it('marks SKUs of several products, on whatever pages they are', async () => {
      const { warehouseman } = rig;
      const [twice, revived] = [rig.sku(), rig.sku()];
      await warehouseman.product(twice, 2);
      await warehouseman.product(twice, 5);
      expect(await kinds(twice)).toEqual(['duplicate', 'duplicate']);
      const old = await warehouseman.product(revived);
      await warehouseman.call('product.product', 'write', { ids: [old], vals: { active: false } });
      await warehouseman.product(revived, 1);
      expect(await kinds(revived)).toEqual(['archived', undefined]);
    });

    it('marks what is counted by the dozen', async () => {
      const { warehouseman } = rig;
      const sku = rig.sku();
      const [units] = await warehouseman.search<{ id: number; uom_id: [number, string] }>(
        'product.product',
        [['id', '=', await warehouseman.product(rig.sku())]],
        ['uom_id'],
      );
      const [box] = await warehouseman.call<number[]>('uom.uom', 'create', {
        vals_list: [{ name: `Box ${sku}`, relative_factor: 12, relative_uom_id: units?.uom_id[0] }],
      });
      await warehouseman.product(sku, 0, { uom_id: box });
      expect(await of(sku)).toMatchObject([
        { problem: { kind: 'unit', detail: expect.stringContaining('12') as string } },
      ]);
    });

    it('counts products with lots as any other', async () => {
      const sku = rig.sku();
      // The sandbox has no lots.
      const isReal = rig.server.db !== 'sandbox';
      await rig.warehouseman.product(sku, 0, isReal ? { tracking: 'lot' } : {});
      expect(await kinds(sku)).toEqual([undefined]);
    });

    it('refuses a cursor that it never returned', async () => {
      await expect(rig.connector.listProducts('nowhere', rig.connection())).rejects.toThrow('cursor');
    });
  });
}
