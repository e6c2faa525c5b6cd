import { randomBytes } from 'node:crypto';
import { addToCatalogues } from '../sandbox/control/catalogue.js';
import { type Checkpoint } from '../src/common/checkpoint.js';
import { CrashingShop } from './support/crashing.js';
import { type Shop } from './support/shop.js';
import { eventually, waitFor } from './support/wait.js';

const STORE = '5001';
const PLACES = ['push.claimed', 'push.recorded', 'push.sent'] as const satisfies readonly Checkpoint[];
/** `CRASH_ROUNDS=7` measures with the leases of production, and prints how long the channel showed an old number. */
const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 1);
const MEASURED = process.env.CRASH_ROUNDS !== undefined;
const TIMES: Readonly<Record<string, string>> = MEASURED ? { LEASE_TTL_MS: '10000', SWEEP_INTERVAL_MS: '2000' } : {};

/** One process dies around a push, another one goes on. */
describe.each(['falabella', 'tiendanube'] as const)('a push to %s whose process dies', (channel) => {
  let crashing: CrashingShop;
  let shop: Shop;
  let skus: readonly string[];
  const seconds = new Map<string, number[]>();

  beforeAll(async () => {
    crashing = await CrashingShop.open(`push_${channel}`, {
      CREDENTIALS_KEYS: `one:${randomBytes(32).toString('base64')}`,
      PUBLIC_URL: 'http://127.0.0.1:9',
      ...TIMES,
    });
    shop = crashing.shop;
    const onlyStore = channel === 'tiendanube';
    skus = addToCatalogues(shop.sandbox.world, {
      prefix: 'ONLY-',
      count: PLACES.length * ROUNDS,
      quantity: 50,
      stores: onlyStore ? [Number(STORE)] : [],
      falabella: !onlyStore,
    }).skus;
    await shop.startAll();
    if (onlyStore) {
      const made = await shop.call.post('/connections', {
        id: 'store',
        connector: 'tiendanube',
        settings: { storeId: STORE },
        credentials: { accessToken: `sandbox-tiendanube-token-${STORE}` },
      });
      expect(made).toMatchObject({ status: 201 });
      await waitFor(
        'the catalogue is read',
        async () => (await shop.books.count('listings')) >= shop.sandbox.state().falabella.stock.length + skus.length,
      );
      await shop.goLive('store');
    } else await shop.catalogueRead();
    await quiet();
  });
  afterAll(async () => {
    if (MEASURED)
      for (const [place, all] of seconds)
        process.stdout.write(`${channel} ${place}: ${all.map((one) => one.toFixed(1)).join(' ')} s until right\n`);
    await crashing?.close();
  });

  // Odoo does not know every SKU that the store sells.
  const quiet = () =>
    shop.settled((open) => open.filter((line) => !line.includes('no active product')), { withinMs: 120_000 });
  const shown = (sku: string) =>
    channel === 'falabella'
      ? shop.shownAtFalabella(sku)
      : shop.sandbox.state(sku).tiendanube.stores.find(({ id }) => String(id) === STORE)?.shown[0]?.stock;
  const cases = PLACES.flatMap((place, at) =>
    Array.from({ length: ROUNDS }, (_, round) => [place, at * ROUNDS + round] as const),
  );

  it.each(cases)('at %s is made up for by another process (SKU %i)', async (place, at) => {
    const sku = skus[at] ?? '';
    await crashing.dieAt(place, () => shop.sandbox.world.odooPlays.transfer('receipt', { sku, quantity: 5 }));
    const diedAt = performance.now();
    // It starts before the leases of the first one end.
    await shop.startAll();
    await eventually('it shows the new number', () => expect(shown(sku)).toBe(55), { withinMs: 120_000 });
    seconds.set(place, [...(seconds.get(place) ?? []), (performance.now() - diedAt) / 1_000]);
    await quiet();
    expect(shown(sku)).toBe(55);
    expect(await shop.books.wrongs()).toEqual([]);
  });
});
