import { orderBody } from './support/caller.js';
import { Shop } from './support/shop.js';
import { eventually } from './support/wait.js';

/** Odoo's second warehouse. */
const NORTH = {
  _id: 'north',
  name: 'Bodega norte',
  priority: 5,
  active: true,
  erp: { connection: 'odoo', code: 'BN' },
  channels: [],
};

describe('a shop with two warehouses in Odoo', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.open({ label: 'warehouses', settings: { odoo: { warehouses: 2 } } });
    const now = new Date();
    await shop.db
      .collection<{ _id: string }>('warehouses')
      .insertOne({ ...NORTH, createdAt: now, updatedAt: now, schemaVersion: 1 } as never);
    await shop.start();
    await shop.catalogueRead();
  });
  afterAll(async () => shop?.close());

  const count = async (sku: string, main: number, north: number) => {
    const { odooPlays } = shop.sandbox.world;
    await odooPlays.count({ sku, quantity: main, warehouse: 'WH' });
    await odooPlays.count({ sku, quantity: north, warehouse: 'BN' });
    await eventually(`the ledger has ${main} and ${north} of ${sku}`, async () =>
      expect(await quantities(sku)).toEqual({ main: [main, 0], north: [north, 0] }),
    );
  };
  /** On hand and reserved, by warehouse. */
  const quantities = async (sku: string) => {
    const entries = await shop.books.entries(sku);
    return Object.fromEntries(entries.map(({ warehouse, quantity, reserved }) => [warehouse, [quantity, reserved]]));
  };
  const sell = async (
    orderId: string,
    products: { sku: string; quantity: number }[],
    version = 0,
    status = 'confirmed',
  ) => {
    expect(await shop.call.order(orderBody(orderId, { products, version, status }))).toMatchObject({ status: 200 });
    await shop.quiet();
  };
  const shown = (sku: string, quantity: number) =>
    eventually(`Falabella shows ${quantity} of ${sku}`, async () => expect(shop.shownAtFalabella(sku)).toBe(quantity));

  it('publishes the sum of both', async () => {
    await count('PROD-001', 2, 5);
    await shown('PROD-001', 7);
  });

  it('serves an order from the one warehouse that has all of it', async () => {
    await count('PROD-001', 2, 5);
    await count('PROD-002', 9, 4);
    await sell('W-ALL', [
      { sku: 'PROD-001', quantity: 3 },
      { sku: 'PROD-002', quantity: 1 },
    ]);
    expect(await quantities('PROD-001')).toEqual({ main: [2, 0], north: [2, 0] });
    expect(await quantities('PROD-002')).toEqual({ main: [9, 0], north: [3, 0] });
    expect(shop.deliveriesOf('W-ALL')).toEqual(['1 done']);
    await shown('PROD-001', 4);
  });

  it('splits an order into one delivery each when no warehouse has all of it', async () => {
    await count('PROD-003', 2, 3);
    await sell('W-SPLIT', [{ sku: 'PROD-003', quantity: 4 }]);
    expect(await quantities('PROD-003')).toEqual({ main: [0, 0], north: [1, 0] });
    expect(shop.deliveriesOf('W-SPLIT')).toEqual(['1 done', '2 done']);
  });

  it('plans again after a concurrent sale, and reserves no unit twice', async () => {
    await count('PROD-004', 6, 6);
    const ids = Array.from({ length: 6 }, (_, i) => `W-RACE-${i}`);
    await Promise.all(
      ids.map((orderId) => shop.call.order(orderBody(orderId, { products: [{ sku: 'PROD-004', quantity: 2 }] }))),
    );
    await shop.quiet();
    expect(await quantities('PROD-004')).toEqual({ main: [0, 0], north: [0, 0] });
    for (const orderId of ids)
      expect((await shop.books.order(orderId)).holds.filter((hold) => hold.ended === 'committed')).toHaveLength(1);
    expect(await shop.books.wrongs()).toEqual([]);
  });

  it('releases the units in each warehouse when the order is cancelled before its delivery', async () => {
    await count('PROD-005', 2, 3);
    await sell('W-BACK', [{ sku: 'PROD-005', quantity: 4 }], 0, 'pending');
    expect(await quantities('PROD-005')).toEqual({ main: [2, 2], north: [3, 2] });
    await sell('W-BACK', [{ sku: 'PROD-005', quantity: 4 }], 1, 'cancelled');
    expect(await quantities('PROD-005')).toEqual({ main: [2, 0], north: [3, 0] });
    await shown('PROD-005', 5);
  });

  it('keeps an order that no warehouse can serve, and shows the first one below zero', async () => {
    await count('PROD-006', 1, 1);
    await sell('W-OVER', [{ sku: 'PROD-006', quantity: 5 }], 0, 'pending');
    expect(await quantities('PROD-006')).toEqual({ main: [1, 4], north: [1, 1] });
    await shown('PROD-006', 0);
    expect((await shop.books.alerts()).filter((alert) => alert.startsWith('oversold'))).toHaveLength(1);
  });
});
