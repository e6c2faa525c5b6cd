import { type Warehouseman } from './odoo/support/warehouseman.js';
import { orderBody } from './support/caller.js';
import { inBetweenFaults } from './support/in-between.js';
import { Shop } from './support/shop.js';
import { eventually, waitFor } from './support/wait.js';

const STATUSES = ['confirmed', 'paid', 'ready_to_ship', 'shipped'] as const;
const ROUNDS = 10;

/** Every number on the way, not only the last one: our own orders and deliveries never show as a dip or a peak. */
describe('the numbers in between', () => {
  let shop: Shop;
  let warehouseman: Warehouseman;

  beforeAll(async () => {
    shop = await Shop.ready({ label: 'between' });
    warehouseman = shop.warehouseman;
  });
  afterAll(async () => shop?.close());

  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const tell = async (orderId: string, sku: string, units: number, version = 0, status = 'confirmed') => {
    const products = [{ sku, quantity: units }];
    const answer = await shop.call.order(orderBody(orderId, { products, version, status }));
    expect(answer).toMatchObject({ status: 200 });
  };
  const movementsOf = (sku: string) => shop.books.movements({ sku });
  /** `received`: the units that people added, in order. */
  const expectSteady = async (sku: string, onHand: number, ...received: readonly number[]) => {
    await shop.agrees([sku]);
    const bases = received.reduce<number[]>((all, units) => [...all, (all.at(-1) ?? 0) + units], [onHand]);
    expect(inBetweenFaults(await movementsOf(sku), () => bases)).toEqual([]);
    expect((await shop.books.alerts()).filter((alert) => alert === `oversold main/${sku}`)).toEqual([]);
  };
  const sentOf = async (sku: string, from = 0) =>
    (await shop.books.pushes())
      .slice(from)
      .flatMap(({ items }) => items.filter((item) => item.sku === sku).map(({ quantity }) => quantity));

  it('never take a delivery off twice while its order is told again and again', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const sku = `PROD-0${20 + round}`;
      const { onHand } = shop.product(sku);
      const before = (await shop.books.pushes()).length;
      for (const [version, status] of STATUSES.entries()) {
        await tell(`BETWEEN-${round}`, sku, 2, version, status);
        await pause(60);
      }
      await expectSteady(sku, onHand);
      const kinds = (await shop.books.movementsOf(`BETWEEN-${round}`)).map(({ kind }) => kind);
      expect(kinds).toEqual(['reserve', 'commit']);
      expect(new Set(await sentOf(sku, before))).toEqual(new Set([onHand - 2]));
    }
  });

  it('never take off what other orders of the same SKU have delivered and not counted', async () => {
    const sku = 'PROD-010';
    const { onHand } = shop.product(sku);
    const before = (await shop.books.pushes()).length;
    const orders = Array.from({ length: Math.min(12, onHand) }, (_, n) => `TOGETHER-${n}`);
    await Promise.all(orders.map((orderId) => tell(orderId, sku, 1)));
    await expectSteady(sku, onHand);
    const sent = await sentOf(sku, before);
    expect(Math.min(...sent)).toBe(onHand - orders.length);
    expect(sent).toEqual([...sent].sort((a, b) => b - a));
  });

  it('count a short delivery once that a person ships by hand', async () => {
    const sku = 'PROD-011';
    const { onHand } = shop.product(sku);
    await tell('BY-HAND', sku, onHand + 1);
    await waitFor('it waits', async () =>
      (await shop.books.toDo()).some((line) => line.includes('BY-HAND') && line.includes('reasons.short')),
    );
    const [product] = await warehouseman.search<{ id: number }>(
      'product.product',
      [['default_code', '=', sku]],
      ['id'],
    );
    await warehouseman.receive(product?.id ?? 0, 3);
    const [picking] = await warehouseman.search<{ id: number }>(
      'stock.picking',
      [['name', '=like', '%/BY-HAND/%']],
      ['id'],
    );
    await warehouseman.call('stock.picking', 'action_assign', { ids: [picking?.id ?? 0] });
    await warehouseman.validate(picking?.id ?? 0);
    await expectSteady(sku, onHand, 3);
    expect(shop.deliveriesOf('BY-HAND')).toEqual(['1 done']);
  });

  it('show a manual change once, with the webhooks of Odoo in between', async () => {
    const sku = 'PROD-012';
    const { onHand } = shop.product(sku);
    for (let round = 0; round < ROUNDS; round++) {
      const kind = round % 2 === 0 ? 'reduce' : 'increase';
      const answer = await shop.call.post(`/erp/stock/${kind}`, { sku, quantity: 2 });
      expect(answer).toMatchObject({ status: 200 });
    }
    await shop.agrees([sku]);
    const moved = (await movementsOf(sku)).filter(
      ({ quantityDelta, kind }) => quantityDelta !== 0 && kind !== 'sync_in',
    );
    expect(moved.map(({ kind, quantityDelta }) => `${kind} ${quantityDelta}`)).toEqual(
      Array.from({ length: ROUNDS }, (_, round) => (round % 2 === 0 ? 'commit -2' : 'adjust 2')),
    );
    expect(shop.product(sku).onHand).toBe(onHand);
  });

  it('stay right while every order waits for an Odoo that answers late', async () => {
    const skus = ['PROD-013', 'PROD-014', 'PROD-015'];
    const before = new Map(skus.map((sku) => [sku, shop.product(sku).onHand]));
    shop.sandbox.settings.odoo.latencyMs = 150;
    try {
      await Promise.all(skus.flatMap((sku) => [1, 2, 3].map((n) => tell(`LATE-${sku}-${n}`, sku, 1))));
      await eventually('all are delivered', async () => {
        for (const sku of skus) expect(shop.product(sku).onHand).toBe((before.get(sku) ?? 0) - 3);
      });
    } finally {
      shop.sandbox.settings.odoo.latencyMs = 0;
    }
    for (const sku of skus) await expectSteady(sku, before.get(sku) ?? 0);
  });
});
