import { expect } from '@jest/globals';
import { type ErpProduct, type ErpTransfer, type Page } from '../../../src/connectors/contract.js';
import { type ErpSubject } from '../bench.js';
import { erpClause, thrown, type Clause } from '../clause.js';

const book = ({ connector, connection }: ErpSubject, transfer: ErpTransfer) => connector.transfer(transfer, connection);

const firstSku = ({ erp }: ErpSubject): string => {
  const [sku] = erp.skus;
  if (sku === undefined) throw new Error('the bench has no SKU');
  return sku;
};

const LOSSES = [
  ['make', 'before'],
  ['make', 'after'],
  ['book', 'before'],
  ['book', 'after'],
] as const;

export const erpClauses: readonly Clause[] = [
  erpClause(
    'every requested SKU is in one of the two lists, with its stock',
    async ({ connector, connection, erp }) => {
      const { stock, problems } = await connector.observeStock([...erp.skus, erp.unknownSku], connection);
      expect(stock.map(({ sku }) => sku).sort()).toEqual([...erp.skus].sort());
      expect(problems).toMatchObject([{ sku: erp.unknownSku, problem: 'unknown' }]);
      for (const { sku, warehouses } of stock) {
        const [main] = warehouses;
        expect([main?.onHand, main?.free, main?.heldByUs]).toEqual([erp.stockOf(sku).onHand, erp.stockOf(sku).free, 0]);
      }
    },
  ),

  erpClause('what an uncounted transfer has taken is told, and nothing of others', async (bench) => {
    const { connector, connection } = bench;
    const sku = firstSku(bench);
    const [asked, other] = [bench.erp.sale(sku, 3), bench.erp.sale(sku, 2)];
    for (const sale of [asked, other]) expect(await book(bench, sale)).toMatchObject({ state: 'done' });
    const taken = async (names: readonly string[]) => {
      const { stock } = await connector.observeStock([sku], connection, async () => names);
      return stock[0]?.warehouses[0]?.taken;
    };
    expect(await taken([])).toEqual([]);
    expect(await taken([asked.name, `${asked.name}0`])).toEqual([{ transfer: asked.name, units: 3 }]);
  }),

  erpClause('uncounted transfers are asked for again after the stock was read', async (bench) => {
    const { connector, connection } = bench;
    const sku = firstSku(bench);
    const before = bench.erp.stockOf(sku).free;
    const sale = bench.erp.sale(sku, 3);
    let asked = 0;
    const { stock } = await connector.observeStock([sku], connection, async () => {
      asked += 1;
      if (asked > 1) return [sale.name];
      // Named and booked after the first question, before the stock is read.
      await book(bench, sale);
      return [];
    });
    const [main] = stock[0]?.warehouses ?? [];
    expect((main?.free ?? 0) + (main?.heldByUs ?? 0) + (main?.taken[0]?.units ?? 0)).toBe(before);
  }),

  erpClause('the product in a webhook is resolved to its SKU', async ({ connector, connection, erp }) => {
    const { stock } = await connector.observeStock(erp.skus, connection);
    for (const { sku, productRef } of stock) expect(await connector.skuOf(productRef, connection)).toBe(sku);
    expect(await connector.skuOf('987654321', connection)).toBeNull();
  }),

  erpClause('every product is listed once, page by page', async ({ connector, connection, erp }) => {
    if (!connector.listProducts) return;
    const listed: ErpProduct[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<ErpProduct> = await connector.listProducts(cursor, connection);
      listed.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(new Set(listed.map((product) => product.productRef)).size).toBe(listed.length);
    const sound = listed.filter((product) => product.problem === undefined);
    for (const sku of erp.skus) expect(sound.filter((product) => product.sku === sku)).toHaveLength(1);
    const { problems } = await connector.observeStock(
      sound.flatMap(({ sku }) => sku ?? []),
      connection,
    );
    expect(problems).toEqual([]);
  }),

  erpClause('a transfer is booked once, however often it is requested', async (bench) => {
    const sku = firstSku(bench);
    const before = bench.erp.stockOf(sku).onHand;
    const sale = bench.erp.sale(sku, 3);
    for (let n = 0; n < 3; n += 1) expect(await book(bench, sale)).toMatchObject({ state: 'done' });
    expect([bench.erp.stockOf(sku).onHand, bench.erp.booked(sale.name)]).toEqual([before - 3, 1]);
  }),

  ...LOSSES.map(([step, when]) =>
    erpClause(
      `a transfer whose answer is lost (${step}, ${when} the effect) is booked once when it is requested again`,
      async (bench) => {
        const sku = firstSku(bench);
        const before = bench.erp.stockOf(sku).onHand;
        const sale = bench.erp.sale(sku, 3);
        bench.erp.lose(step, when);
        expect(bench.connector.classify(await thrown(book(bench, sale))).do).toBe('retry');
        expect(await book(bench, sale)).toMatchObject({ state: 'done' });
        expect([bench.erp.stockOf(sku).onHand, bench.erp.booked(sale.name)]).toEqual([before - 3, 1]);
      },
    ),
  ),

  erpClause('a transfer whose name is taken is a conflict, and no stock moves', async (bench) => {
    const sku = firstSku(bench);
    const sale = bench.erp.sale(sku, 3);
    await bench.erp.occupy(sale.name);
    const before = bench.erp.stockOf(sku);
    expect(await book(bench, sale)).toMatchObject({ state: 'conflict' });
    expect(bench.erp.stockOf(sku)).toEqual(before);
  }),

  erpClause('a cancelled transfer is never booked, and a booked one is reported as booked', async (bench) => {
    const sku = firstSku(bench);
    const before = bench.erp.stockOf(sku).onHand;
    const unwanted = bench.erp.sale(sku, 3);
    expect(await bench.connector.cancelTransfer(unwanted, bench.connection)).toEqual({ state: 'cancelled' });
    expect(await book(bench, unwanted)).toMatchObject({ state: 'cancelled' });
    const wanted = bench.erp.sale(sku, 2);
    await book(bench, wanted);
    expect(await bench.connector.cancelTransfer(wanted, bench.connection)).toEqual({ state: 'done' });
    expect(bench.erp.stockOf(sku).onHand).toBe(before - 2);
  }),

  erpClause('a transfer of missing stock waits or is cancelled, as requested', async (bench) => {
    const sku = firstSku(bench);
    const { onHand } = bench.erp.stockOf(sku);
    for (const ifShort of ['wait', 'cancel'] as const)
      expect(await book(bench, bench.erp.sale(sku, onHand + 1, { ifShort }))).toMatchObject({ state: 'short' });
    expect(bench.erp.stockOf(sku).onHand).toBe(onHand);
  }),
];
