import { type Checkpoint } from '../src/common/checkpoint.js';
import { orderBody } from './support/caller.js';
import { CrashingShop, FLOWS, THREE_PROCESSES } from './support/crashing.js';
import { type Shop } from './support/shop.js';

describe('a stock command when the process is killed', () => {
  let crashing: CrashingShop;
  let shop: Shop;

  beforeAll(async () => {
    crashing = await CrashingShop.ready('crash_command', THREE_PROCESSES);
    shop = crashing.shop;
  });
  afterAll(async () => crashing?.close());

  const adjust = (body: object, key: string) =>
    shop.call.post('/stock/adjustments', { reason: 'test', ...body }, { 'Idempotency-Key': key });
  /** Odoo feeds the warehouse, and does not know these SKUs. */
  const own = (...lines: object[]) => ({ lines, master: 'ledger' });
  const delta = (sku: string, quantity: number) => ({ sku, quantity, mode: 'delta' });
  const counted = (sku: string, quantity: number) => ({ sku, quantity, mode: 'absolute' });
  const balances = async (...skus: string[]) =>
    Promise.all(
      skus.map(async (sku) => {
        const { quantity, reserved } = await shop.books.entry(sku);
        return [quantity, reserved];
      }),
    );
  /** Dies during the command, which the next process finishes by itself. */
  const dies = async (place: Checkpoint, body: object, key: string) => {
    await crashing.dieAt(place, () => adjust(body, key));
    await shop.startAll();
    await shop.quiet();
    expect(await shop.books.wrongs()).toEqual([]);
  };

  it.each(FLOWS.saga)('at %s changes every entry once', async (place) => {
    const [one, two, fresh] = [`1-${place}`, `2-${place}`, `3-${place}`];
    expect((await adjust(own(counted(one, 5), counted(two, 5)), `begin-${one}`)).status).toBe(200);
    const body = own(delta(two, -2), counted(fresh, 7), delta(one, -3));
    await dies(place, body, place);
    expect(await balances(one, two, fresh)).toEqual([
      [2, 0],
      [3, 0],
      [7, 0],
    ]);
    const answer = await adjust(body, place);
    expect(answer).toMatchObject({
      status: 200,
      body: { lines: [{ before: 5, after: 3 }, { after: 7 }, { before: 5, after: 2 }] },
    });
    expect(await balances(one, two)).toEqual([
      [2, 0],
      [3, 0],
    ]);
  });

  it.each(FLOWS.sagaRefused)(
    'at %s changes no entry when one has too few, and leaves nothing reserved',
    async (place) => {
      const [one, two] = [`4-${place}`, `5-${place}`];
      expect((await adjust(own(counted(one, 5), counted(two, 5)), `begin-${one}`)).status).toBe(200);
      const body = own(delta(two, -6), delta(one, -1));
      await dies(place, body, `no-${place}`);
      expect(await adjust(body, `no-${place}`)).toMatchObject({
        status: 409,
        body: { sku: two, available: 5, asked: 6 },
      });
      expect(await balances(one, two)).toEqual([
        [5, 0],
        [5, 0],
      ]);
    },
  );

  it.each(FLOWS.adjustInErp)('at %s is booked once in Odoo, as measured', async (place) => {
    const { onHand } = shop.product('PROD-001');
    const body = { sku: 'PROD-001', quantity: onHand - 3, mode: 'absolute' };
    await dies(place, body, place);
    expect(await adjust(body, place)).toMatchObject({
      status: 200,
      body: { lines: [{ before: onHand, after: onHand - 3, reserved: 0 }] },
    });
    await shop.agrees(['PROD-001']);
    expect(shop.product('PROD-001').onHand).toBe(onHand - 3);
  });

  it.each(FLOWS.returned)('at %s puts returned goods back once', async (place) => {
    const { onHand } = shop.product('PROD-002');
    const order = `BACK-${place}`;
    await shop.call.order(orderBody(order, { products: [{ sku: 'PROD-002', quantity: 3 }] }));
    await shop.agrees(['PROD-002']);
    await shop.call.order(
      orderBody(order, { status: 'cancelled', products: [{ sku: 'PROD-002', quantity: 3 }], version: 1 }),
    );
    await shop.quiet();
    const say = () => shop.call.post(`/orders/${order}/returned`, { goodsBack: true }, { 'Idempotency-Key': place });
    await crashing.dieAt(place, say);
    await shop.startAll();
    await shop.agrees(['PROD-002']);
    expect(shop.product('PROD-002').onHand).toBe(onHand);
    expect(await shop.books.alerts()).not.toContain(`return_unresolved falabella/${order}`);
    expect(await say()).toMatchObject({ status: 200, body: { lines: [{ sku: 'PROD-002', after: onHand }] } });
  });
});
