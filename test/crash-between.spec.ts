import { type Checkpoint } from '../src/common/checkpoint.js';
import { orderBody } from './support/caller.js';
import { CrashingShop, FLOWS } from './support/crashing.js';
import { type Shop } from './support/shop.js';

/**
 * Before these checkpoints the delivery has not begun in Odoo, so no goods may leave the warehouse. Later,
 * Odoo decides.
 */
const NOT_BOOKED: readonly Checkpoint[] = ['plan.recorded', 'event.handled', 'delivery.named', 'delivery.begun'];
const BOOKED: readonly Checkpoint[] = ['delivery.booked', 'delivery.noted', 'commit.appended', 'delivery.served'];

describe('an event while the process is dead', () => {
  let crashing: CrashingShop;
  let shop: Shop;

  beforeAll(async () => {
    crashing = await CrashingShop.ready('crash_between');
    shop = crashing.shop;
  });
  afterAll(async () => crashing?.close());

  const cancelAfterDeathAt = async (place: Checkpoint, orderId: string) => {
    await crashing.dieAt(place, () => shop.call.order(orderBody(orderId)));
    await shop.startAll();
    await shop.call.order(orderBody(orderId, { status: 'cancelled', version: 1 }));
    await shop.agrees(['PROD-001']);
  };

  it.each(NOT_BOOKED)(
    'a cancellation after a death at %s leaves nothing delivered, or reports that goods have left',
    async (place) => {
      const orderId = `FAL-${place}`;
      const { onHand } = shop.product('PROD-001');
      await cancelAfterDeathAt(place, orderId);
      const delivered = shop.deliveriesOf(orderId).filter((delivery) => delivery.endsWith('done')).length;
      expect(shop.product('PROD-001').onHand).toBe(onHand - 2 * delivered);
      expect((await shop.books.movementsOf(orderId)).map(({ kind }) => kind)).toEqual([
        'reserve',
        delivered > 0 ? 'commit' : 'release',
      ]);
      expect((await shop.books.alerts()).includes(`return_unresolved falabella/${orderId}`)).toBe(delivered > 0);
    },
  );

  it.each(BOOKED)('a cancellation after a death at %s counts the delivery and asks for the goods', async (place) => {
    const orderId = `FAL-${place}`;
    const { onHand } = shop.product('PROD-001');
    await cancelAfterDeathAt(place, orderId);
    expect(shop.deliveriesOf(orderId)).toEqual(['1 done']);
    expect(shop.product('PROD-001').onHand).toBe(onHand - 2);
    expect((await shop.books.movementsOf(orderId)).map(({ kind }) => kind)).toEqual(['reserve', 'commit']);
    expect(await shop.books.alerts()).toContain(`return_unresolved falabella/${orderId}`);
  });

  it('a death right after such a delivery was counted still asks for the goods', async () => {
    const orderId = 'FAL-TWO-DEATHS';
    await crashing.dieAt('delivery.booked', () => shop.call.order(orderBody(orderId)));
    await shop.startAll();
    await crashing.dieAt('delivery.counted', () =>
      shop.call.order(orderBody(orderId, { status: 'cancelled', version: 1 })),
    );
    await shop.startAll();
    await shop.agrees(['PROD-001']);
    expect(shop.deliveriesOf(orderId)).toEqual(['1 done']);
    expect(await shop.books.alerts()).toContain(`return_unresolved falabella/${orderId}`);
  });

  it.each(FLOWS.stock)(
    'a stock change in Odoo, notified before the death at %s, reaches the ledger and Falabella',
    async (place) => {
      const quantity = shop.product('PROD-003').onHand - 3;
      await crashing.dieAt(place, () => shop.sandbox.world.odooPlays.count({ sku: 'PROD-003', quantity }));
      await shop.startAll();
      await shop.agrees(['PROD-003']);
      expect(await shop.books.entry('PROD-003')).toMatchObject({ quantity, reserved: 0 });
      expect(shop.shownAtFalabella('PROD-003')).toBe(quantity);
    },
  );
});
