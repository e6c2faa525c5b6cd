import { orderBody } from './support/caller.js';
import { CrashingShop, FLOWS, THREE_PROCESSES } from './support/crashing.js';
import { type Shop } from './support/shop.js';
import { eventually } from './support/wait.js';

describe('a cancellation when the process is killed', () => {
  let crashing: CrashingShop;
  let shop: Shop;

  beforeAll(async () => {
    crashing = await CrashingShop.ready('crash_cancel', THREE_PROCESSES);
    shop = crashing.shop;
  });
  afterAll(async () => crashing?.close());

  it.each(FLOWS.cancelReserved)('at %s releases the reservation without any delivery', async (place) => {
    const sku = 'PROD-001';
    const orderId = `FAL-RESERVED-${place}`;
    const { onHand } = shop.product(sku);
    await shop.call.order(orderBody(orderId, { status: 'pending' }));
    await shop.agrees([sku]);
    expect(shop.shownAtFalabella(sku)).toBe(onHand - 2);

    await crashing.dieAt(place, () => shop.call.order(orderBody(orderId, { status: 'cancelled', version: 1 })));
    await shop.startAll();
    await shop.agrees([sku]);
    expect(shop.deliveriesOf(orderId)).toEqual([]);
    expect((await shop.books.movementsOf(orderId)).map(({ kind }) => kind)).toEqual(['reserve', 'release']);
    expect(shop.shownAtFalabella(sku)).toBe(onHand);
    expect(await shop.books.alerts()).toEqual([]);
  });

  it.each(FLOWS.cancelWaiting)('at %s takes back a delivery that waits in Odoo', async (place) => {
    const sku = 'PROD-002';
    const orderId = `FAL-WAITING-${place}`;
    await shop.sandbox.world.odooPlays.count({ sku, quantity: 1 });
    await shop.call.order(orderBody(orderId, { products: [{ sku, quantity: 2 }] }));
    await eventually('the delivery is short', async () =>
      expect(await shop.books.alerts()).toContain(`delivery_short falabella/${orderId}`),
    );
    await shop.idle();

    await crashing.dieAt(place, () =>
      shop.call.order(orderBody(orderId, { products: [{ sku, quantity: 2 }], status: 'cancelled', version: 1 })),
    );
    await shop.startAll();
    await shop.agrees([sku]);
    expect(shop.deliveriesOf(orderId)).toEqual(['1 cancel']);
    expect((await shop.books.movementsOf(orderId)).map(({ kind }) => kind)).toEqual(['reserve', 'release']);
    expect(shop.product(sku)).toMatchObject({ onHand: 1, free: 1 });
    expect(shop.shownAtFalabella(sku)).toBe(1);
    expect(await shop.books.alerts()).toEqual([]);
  });
});
