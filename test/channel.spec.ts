import { orderBody } from './support/caller.js';
import { Shop } from './support/shop.js';
import { eventually } from './support/wait.js';

/** The interval between stock pushes after the burst is used up. */
const SANDBOX_INTERVAL_MS = 2_000;

describe('a failing Falabella', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.ready({ label: 'channel' });
  });
  afterAll(async () => shop?.close());

  const sell = async (orderId: string, ...skus: string[]) => {
    const products = skus.map((sku) => ({ sku, quantity: 1 }));
    expect((await shop.call.order(orderBody(orderId, { products }))).status).toBe(200);
  };

  it.each([
    ['before', 'repeated', 'unclear'],
    ['after', 'found', 'accepted'],
  ] as const)(
    'that closes the connection %s the effect: the push is %s, and the number ends up right',
    async (when, _what, state) => {
      const { onHand } = shop.product('PROD-001');
      shop.sandbox.world.faults.add({ action: 'UpdateStock', drop: when });
      await sell(`FAL-DROP-${when}`, 'PROD-001');
      await shop.agrees(['PROD-001'], { withinMs: 40_000 });
      expect(shop.shownAtFalabella('PROD-001')).toBe(onHand - 1);
      const lost = (await shop.books.pushes()).filter((push) => push.error !== undefined);
      expect(lost.at(-1)).toMatchObject({ state });
    },
  );

  it('that answers 429 receives no pushes until its limit allows, while orders are still handled', async () => {
    shop.sandbox.world.faults.add({ action: 'UpdateStock', code: 429, message: 'Too many requests' });
    await sell('FAL-429-1', 'PROD-002');
    await eventually('it is refused', async () =>
      expect((await shop.books.pushes()).at(-1)).toMatchObject({ refused: true }),
    );
    expect(await shop.db.collection<{ _id: string }>('connections').findOne({ _id: 'falabella' })).not.toHaveProperty(
      'waitUntil',
    );
    await sell('FAL-429-2', 'PROD-003');
    await eventually('it is delivered', () => expect(shop.deliveriesOf('FAL-429-2')).toEqual(['1 done']));
    await eventually('it is counted', async () =>
      expect((await shop.books.movementsOf('FAL-429-2')).map(({ kind }) => kind)).toEqual(['reserve', 'commit']),
    );
    await shop.agrees(['PROD-002', 'PROD-003']);
    const calls = shop.sandbox.world.calls.list('UpdateStock');
    const refused = calls.findIndex((call) => call.status === 429);
    const [first, second] = calls.slice(refused).map((call) => Date.parse(call.at));
    expect((second ?? NaN) - (first ?? NaN)).toBeGreaterThanOrEqual(SANDBOX_INTERVAL_MS);
    expect(calls.filter((call) => call.status === 429)).toHaveLength(1);
  });

  it('that refuses one SKU of a feed accepts the others, raises an alert, and receives the refused one with its next change', async () => {
    shop.sandbox.settings.falabella.failSkus = ['PROD-004'];
    await sell('FAL-HALF', 'PROD-004', 'PROD-005');
    await eventually('it is raised', async () =>
      expect(await shop.books.alerts()).toContain('push_rejected falabella/PROD-004'),
    );
    await eventually('the other is taken', async () => expect(await shop.differences(['PROD-005'])).toEqual([]));
    expect((await shop.books.listing('PROD-004')).error).toEqual(expect.stringContaining('PROD-004'));

    shop.sandbox.settings.falabella.failSkus = [];
    await sell('FAL-HALF-2', 'PROD-004');
    await shop.agrees(['PROD-004', 'PROD-005']);
    expect((await shop.books.listing('PROD-004')).error).toBeUndefined();
    expect(await shop.books.alerts()).not.toContain('push_rejected falabella/PROD-004');
  });

  it('receives the numbers of a failed feed again', async () => {
    shop.sandbox.settings.falabella.feedOutcome = 'Error';
    await sell('FAL-FEED', 'PROD-006');
    await eventually('the push has failed', async () =>
      expect((await shop.books.pushes()).at(-1)).toMatchObject({ state: 'failed' }),
    );
    shop.sandbox.settings.falabella.feedOutcome = 'Finished';
    await shop.agrees(['PROD-006'], { withinMs: 50_000 });
  });

  it('whose feeds overtake each other ends at the right number', async () => {
    Object.assign(shop.sandbox.settings.falabella, { feedReorder: true, feedDurationMs: 300 });
    for (let i = 0; i < 8; i++) await sell(`FAL-REORDER-${i}`, 'PROD-007');
    await shop.agrees(['PROD-007']);
    Object.assign(shop.sandbox.settings.falabella, { feedReorder: false, feedDurationMs: 100 });
  });

  it('that refuses the key pauses the connection and raises an alert; a start with the right key publishes everything', async () => {
    shop.sandbox.settings.falabella.apiKey = 'another-key';
    await sell('FAL-KEY', 'PROD-008');
    await eventually('it is raised', async () =>
      expect(await shop.books.alerts()).toContain('connection_paused falabella'),
    );
    await eventually('it is delivered all the same', () => expect(shop.deliveriesOf('FAL-KEY')).toEqual(['1 done']));
    shop.sandbox.settings.falabella.apiKey = 'sandbox-falabella-key';
    await shop.restart();
    await shop.agrees(['PROD-008']);
    expect(await shop.books.alerts()).not.toContain('connection_paused falabella');
  });
});
