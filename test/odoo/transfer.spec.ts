import { jest } from '@jest/globals';
import { Rig } from './support/rig.js';

jest.setTimeout(120_000);

describe.each(['JSON-2', 'JSON-RPC'] as const)('a transfer by %s', (protocol) => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await Rig.start(protocol);
  });
  afterAll(() => rig.stop());

  it('takes a sale out of the stock and reports it done', async () => {
    const sku = rig.sku();
    const product = await rig.warehouseman.product(sku, 10);
    const sale = rig.sale(sku, 3);
    expect(await rig.connector.transfer(sale, rig.connection())).toEqual({ state: 'done', reference: sale.name });
    expect(await rig.warehouseman.onHand(product)).toEqual({ onHand: 7, free: 7 });
    expect(await rig.warehouseman.named(sale.name)).toMatchObject([{ state: 'done', origin: sale.origin }]);
  });

  it('puts a receipt into the stock', async () => {
    const sku = rig.sku();
    const product = await rig.warehouseman.product(sku, 1);
    const receipt = rig.sale(sku, 4, { direction: 'in' });
    expect(await rig.connector.transfer(receipt, rig.connection())).toEqual({ state: 'done', reference: receipt.name });
    expect(await rig.warehouseman.onHand(product)).toEqual({ onHand: 5, free: 5 });
  });

  it('is booked once however often it is asked for at the same moment', async () => {
    const sku = rig.sku();
    const product = await rig.warehouseman.product(sku, 10);
    const sale = rig.sale(sku, 3);
    const asked = Array.from({ length: 8 }, () => rig.restarted().transfer(sale, rig.connection()));
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 8 }, () => ({ state: 'done', reference: sale.name })));
    expect(await rig.warehouseman.onHand(product)).toEqual({ onHand: 7, free: 7 });
    expect(await rig.warehouseman.named(sale.name)).toHaveLength(1);
  });
});
