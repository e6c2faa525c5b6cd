import { type Warehouseman } from './odoo/support/warehouseman.js';
import { Shop } from './support/shop.js';
import { eventually } from './support/wait.js';

/** More than the brake lets pass at once. */
const MANY = Array.from({ length: 25 }, (_, i) => `PROD-0${20 + i}`);
const TWO_MINUTES_MS = 120_000;

describe('a number of Odoo that cannot be used', () => {
  let shop: Shop;
  let warehouseman: Warehouseman;

  beforeAll(async () => {
    shop = await Shop.ready({ label: 'unusable' });
    warehouseman = shop.warehouseman;
  });
  afterAll(async () => shop?.close());

  const idOf = async (sku: string) => {
    const [row] = await warehouseman.search<{ id: number }>('product.product', [['default_code', '=', sku]], ['id']);
    if (!row) throw new Error(`Odoo has no ${sku}`);
    return row.id;
  };
  const name = (id: number, sku: string | false) =>
    warehouseman.call('product.product', 'write', { ids: [id], vals: { default_code: sku } });
  const resync = (sku: string) => shop.call.post(`/stock/${sku}/resync`, {});
  /** As if Odoo had had no number for a while. */
  const later = async (skus: readonly string[]) => {
    const entries = shop.db.collection<{ _id: string; sku: string }>('stock_entries');
    await eventually('the problem is noted', async () =>
      expect(await entries.countDocuments({ sku: { $in: [...skus] }, problemSince: { $exists: true } })).toBe(
        skus.length,
      ),
    );
    const past = new Date(Date.now() - TWO_MINUTES_MS);
    await entries.updateMany({ sku: { $in: [...skus] } }, { $set: { problemSince: past } as never });
    for (const sku of skus) await resync(sku);
  };
  const alerts = async () => (await shop.books.alerts()).filter((alert) => /^(unusable_stock|brake)/.test(alert));

  it('is sold in whole units where it has parts of one', async () => {
    await warehouseman.count(await idOf('PROD-010'), 12.5);
    await resync('PROD-010');
    await eventually('Falabella shows 12', () => expect(shop.shownAtFalabella('PROD-010')).toBe(12));
    expect(await alerts()).toEqual([]);
  });

  it('is not sold on when its reference was erased, and comes back by itself', async () => {
    const sku = 'PROD-011';
    const before = shop.shownAtFalabella(sku);
    const id = await idOf(sku);
    await name(id, false);
    await resync(sku);
    await later([sku]);
    await eventually('it is off sale', async () => {
      expect(shop.shownAtFalabella(sku)).toBe(0);
      expect(await alerts()).toEqual([`unusable_stock main/${sku}`]);
    });
    await name(id, sku);
    await resync(sku);
    await eventually('it is on sale again', async () => {
      expect(shop.shownAtFalabella(sku)).toBe(before);
      expect(await alerts()).toEqual([]);
    });
  });

  it('is not kept on sale by the brake when it is of many', async () => {
    const ids = await Promise.all(MANY.map(idOf));
    for (const id of ids) await name(id, false);
    for (const sku of MANY) await resync(sku);
    await later(MANY);
    await eventually('all are off sale', async () => {
      expect(MANY.map((sku) => shop.shownAtFalabella(sku))).toEqual(MANY.map(() => 0));
      expect(await alerts()).toEqual(expect.arrayContaining(MANY.map((sku) => `unusable_stock main/${sku}`)));
    });
    expect((await alerts()).filter((alert) => alert.startsWith('brake'))).toEqual([]);
  });

  it('changes nothing while Odoo is away', async () => {
    const sku = 'PROD-012';
    const before = shop.shownAtFalabella(sku);
    shop.sandbox.settings.odoo.databaseDown = true;
    try {
      await resync(sku);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect(await shop.books.entry(sku)).not.toHaveProperty('problemSince');
    } finally {
      shop.sandbox.settings.odoo.databaseDown = false;
    }
    expect(shop.shownAtFalabella(sku)).toBe(before);
  });
});
