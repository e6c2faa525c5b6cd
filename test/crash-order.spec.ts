import { CHECKPOINTS } from '../src/common/checkpoint.js';
import { orderBody } from './support/caller.js';
import { CrashingShop, FLOWS, THREE_PROCESSES } from './support/crashing.js';
import { type Shop } from './support/shop.js';

it('the crash tests kill the process at every checkpoint', () => {
  expect(new Set<string>(Object.values(FLOWS).flat())).toEqual(new Set<string>(CHECKPOINTS));
});

describe('an order when the process is killed', () => {
  let crashing: CrashingShop;
  let shop: Shop;

  beforeAll(async () => {
    crashing = await CrashingShop.ready('crash_order', THREE_PROCESSES);
    shop = crashing.shop;
  });
  afterAll(async () => crashing?.close());

  it.each(FLOWS.order)('at %s is delivered and counted once after the restart', async (place) => {
    const order = orderBody(`FAL-${place}`);
    const { onHand } = shop.product('PROD-001');
    await crashing.dieAt(place, () => shop.call.order(order));
    await shop.startAll();
    // A sender without an answer repeats the webhook.
    const again = await shop.call.order(order);
    expect(again).toMatchObject({ status: 200, body: { status: 'duplicate' } });
    await shop.agrees(['PROD-001']);
    expect(shop.deliveriesOf(order.orderId)).toEqual(['1 done']);
    expect(shop.product('PROD-001').onHand).toBe(onHand - 2);
    expect((await shop.books.movementsOf(order.orderId)).map(({ kind }) => kind)).toEqual(['reserve', 'commit']);
    expect(await shop.books.alerts()).toEqual([]);
  });
});
