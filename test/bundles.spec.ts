import { orderBody } from './support/caller.js';
import { Shop } from './support/shop.js';
import { eventually } from './support/wait.js';

const BUNDLE = 'PROD-020';
const [TWICE, ONCE] = ['PROD-021', 'PROD-022'] as const;
const PARTS = [
  { sku: TWICE, quantity: 2 },
  { sku: ONCE, quantity: 1 },
];

describe('a listing made of several SKUs', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.ready({ label: 'bundles' });
    await shop.sandbox.world.odooPlays.count({ sku: TWICE, quantity: 11 });
    await shop.sandbox.world.odooPlays.count({ sku: ONCE, quantity: 8 });
    await shop.agrees([TWICE, ONCE]);
    expect(await shop.call.put(`/listings/falabella/${BUNDLE}`, { parts: PARTS })).toMatchObject({ status: 200 });
  });
  afterAll(async () => shop?.close());

  const shown = (sku: string, quantity: number) =>
    eventually(`Falabella shows ${quantity} of ${sku}`, () => expect(shop.shownAtFalabella(sku)).toBe(quantity));
  const sell = async (
    orderId: string,
    sku: string,
    quantity: number,
    changes: { version?: number; status?: string } = {},
  ) =>
    expect(await shop.call.order(orderBody(orderId, { products: [{ sku, quantity }], ...changes }))).toMatchObject({
      status: 200,
    });

  it('shows as many as its scarcest part allows', async () => {
    await shown(BUNDLE, 5);
  });

  it('moves its parts when it is sold, in one delivery, and shows the rest', async () => {
    await sell('B-1', BUNDLE, 2);
    await eventually('it is delivered', () => expect(shop.deliveriesOf('B-1')).toEqual(['1 done']));
    await shop.agrees([TWICE, ONCE]);
    expect((await shop.books.entry(TWICE)).quantity).toBe(7);
    expect((await shop.books.entry(ONCE)).quantity).toBe(6);
    await shown(BUNDLE, 3);
  });

  it('shows fewer when one of its parts is sold alone', async () => {
    await sell('B-2', TWICE, 3);
    await shop.agrees([TWICE, ONCE]);
    await shown(BUNDLE, 2);
  });

  it('keeps the parts of an order that was planned before the parts changed', async () => {
    await sell('B-3', BUNDLE, 1, { status: 'pending' });
    await shop.quiet();
    expect(await shop.call.put(`/listings/falabella/${BUNDLE}`, { parts: [{ sku: ONCE, quantity: 3 }] })).toMatchObject(
      { status: 200 },
    );
    await sell('B-3', BUNDLE, 2, { version: 1, status: 'confirmed' });
    await eventually('it is delivered', () => expect(shop.deliveriesOf('B-3')).toEqual(['1 done']));
    await shop.agrees([TWICE, ONCE]);
    expect((await shop.books.entry(TWICE)).quantity).toBe(0);
    expect((await shop.books.entry(ONCE)).quantity).toBe(4);
    await shown(BUNDLE, 1);
  });

  it('refuses unknown parts by name', async () => {
    const bad = async (parts: unknown) => (await shop.call.put(`/listings/falabella/${BUNDLE}`, { parts })).status;
    expect(await bad([{ sku: ONCE, quantity: 0 }])).toBe(400);
    expect(await bad([{ sku: ONCE, quantity: 1.5 }])).toBe(400);
    expect(await bad([{ sku: 'NO-SUCH-SKU', quantity: 1 }])).toBe(400);
    expect(await bad([PARTS[0], PARTS[0]])).toBe(400);
    expect(await bad('all of it')).toBe(400);
  });
});
