import { type ErpProduct } from '../../../src/connectors/contract.js';
import { type Rig, type Start } from '../support/rig.js';

/** The list of all products. Against any Odoo: the real one decides what is right, the sandbox has to agree. */
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

    /** Everything that was made since the suite began. */
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

    it('has each product that can be counted once, under its SKU, whatever is in stock of it', async () => {
      const [some, none] = [rig.sku(), rig.sku()];
      const id = await rig.warehouseman.product(some, 3);
      await rig.warehouseman.product(none);
      expect(await of(some)).toEqual([{ sku: some, productRef: String(id) }]);
      expect(await kinds(none)).toEqual([undefined]);
    });

    it('says of which products Odoo tracks no stock, which have no SKU, and which are archived', async () => {
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

    it('says of which SKU there are several, on whatever pages they are', async () => {
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

    it('says what is counted by the dozen', async () => {
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

    it('counts what is kept by lots as any other', async () => {
      const sku = rig.sku();
      // The sandbox knows no lots: there nothing can be told apart.
      const isReal = rig.server.db !== 'sandbox';
      await rig.warehouseman.product(sku, 0, isReal ? { tracking: 'lot' } : {});
      expect(await kinds(sku)).toEqual([undefined]);
    });

    it('refuses a place in it that it never gave', async () => {
      await expect(rig.connector.listProducts('nowhere', rig.connection())).rejects.toThrow('cursor');
    });
  });
}
