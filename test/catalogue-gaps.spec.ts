import { randomBytes } from 'node:crypto';
import { Shop } from './support/shop.js';
import { eventually, waitFor } from './support/wait.js';

/** The store in which two products carry one SKU. */
const STORE = '5003';
const SHARED = 'PROD-040';
const GONE = 'PROD-041';

describe('a catalogue with gaps', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.ready({
      label: 'gaps',
      env: { CREDENTIALS_KEYS: `one:${randomBytes(32).toString('base64')}`, PUBLIC_URL: 'http://127.0.0.1:9' },
    });
    await shop.connectStore(STORE);
    await waitFor('its catalogue is read', async () => (await listing(SHARED))?.externalIds);
    await shop.goLive('store');
    await quiet();
  });
  afterAll(async () => shop?.close());

  /** Odoo does not know every SKU that the store sells. */
  const quiet = () => shop.settled((open) => open.filter((line) => !line.includes('no active product')));
  const listing = (sku: string) =>
    shop.db
      .collection<{ _id: string; externalIds?: string[]; refusals?: number; error?: string }>('listings')
      .findOne({ _id: `store/${sku}` });
  const store = () => shop.sandbox.world.tiendanubePlays.store(STORE);
  const numbers = (sku: string) => {
    const found = shop.sandbox.state(sku).tiendanube.stores.find(({ id }) => String(id) === STORE);
    return (found?.shown ?? []).map(({ stock }) => stock);
  };
  const receive = (sku: string, quantity: number) =>
    shop.sandbox.world.odooPlays.transfer('receipt', { sku, quantity });

  it('leaves a SKU of several products alone until a person maps it', async () => {
    const before = numbers(SHARED);
    expect(before).toHaveLength(2);
    await receive(SHARED, 5);
    await eventually('Falabella shows it', async () =>
      expect(shop.shownAtFalabella(SHARED)).toBe((await shop.books.entry(SHARED)).available),
    );
    await quiet();
    expect(numbers(SHARED)).toEqual(before);
    expect(await shop.books.alerts()).toContain(`shared_sku store/${SHARED}`);
    const check = await shop.call.get('/connections/store/listings-check');
    expect(JSON.stringify(check.body)).toContain('"trouble":"duplicate"');

    const parts = [{ sku: SHARED, quantity: 1 }];
    expect(await shop.call.put(`/listings/store/${SHARED}`, { parts })).toMatchObject({ status: 200 });
    await eventually('both show it', async () => {
      const { available } = await shop.books.entry(SHARED);
      expect(numbers(SHARED)).toEqual([available, available]);
    });
  });

  it('does not insist on a number of a product that was deleted', async () => {
    const { products } = store();
    const [id] =
      Object.entries(products).find(([, product]) => product.variants.some((variant) => variant.sku === GONE)) ?? [];
    if (id === undefined) throw new Error('the store does not sell it');
    delete products[id];
    store().revision += 1;
    await receive(GONE, 5);
    await eventually('the store refuses it', async () =>
      expect(await shop.books.alerts()).toContain(`push_rejected store/${GONE}`),
    );
    // Its catalogue is read at the start.
    await shop.restart();
    await eventually('it is known to be gone', async () => {
      expect(await shop.books.alerts()).not.toContain(`push_rejected store/${GONE}`);
      expect(await listing(GONE)).not.toHaveProperty('refusals');
    });
    await receive(GONE, 1);
    await quiet();
    expect(await shop.books.alerts()).not.toContain(`push_rejected store/${GONE}`);
    expect((await listing(GONE))?.error).toBeUndefined();
  });
});
