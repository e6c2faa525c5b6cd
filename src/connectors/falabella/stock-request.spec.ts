import { XMLParser } from 'fast-xml-parser';
import fc from 'fast-check';
import { UnsendableStockError } from './errors.js';
import { type StockPush } from '../contract.js';
import { isSendable, MAX_STOCK_ITEMS, stockRequest as request } from './stock-request.js';
import { at, exactText, many } from './tree.js';

const stockRequest = (items: readonly StockPush[]) => request(items, 'facility');

const readBack = (xml: string) =>
  many(at(new XMLParser({ parseTagValue: false, trimValues: false }).parse(xml), 'Request', 'Warehouse', 'Stock')).map(
    (stock) => ({
      sku: exactText(at(stock, 'SellerSku')),
      quantity: Number(exactText(at(stock, 'Quantity'))),
    }),
  );

describe('the body of UpdateStock', () => {
  it('is the documented one, without a warehouse', () => {
    expect(stockRequest([{ sku: 'PROD-001', quantity: 7 }])).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Request><Warehouse><Stock><SellerSku>PROD-001</SellerSku><Quantity>7</Quantity></Stock></Warehouse></Request>',
    );
  });

  it('cannot be broken out of by a SKU', () => {
    const sku = `A</SellerSku><Quantity>999</Quantity>&<![CDATA["']]>`;
    expect(readBack(stockRequest([{ sku, quantity: 0 }]))).toEqual([{ sku, quantity: 0 }]);
  });

  it('parses back to its input, for any SKU and quantity that it accepts', () => {
    const item = fc
      .record({ sku: fc.string({ unit: 'grapheme', minLength: 1 }), quantity: fc.nat() })
      .filter((candidate) => isSendable(candidate));
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 20 }), (items) =>
        expect(readBack(stockRequest(items))).toEqual(items),
      ),
    );
  });

  it.each([
    ['a control character', 'A\u0000B', 1],
    ['a line break', 'A\nB', 1],
    ['half a character', 'A\uD800', 1],
    ['no SKU', ' ', 1],
    ['less than nothing', 'A', -1],
    ['half a unit', 'A', 0.5],
    ['no number', 'A', Number.NaN],
  ])('is not made with %s, and the error names the SKU', (_what, sku, quantity) => {
    const make = () =>
      stockRequest([
        { sku: 'GOOD', quantity: 1 },
        { sku, quantity },
      ]);
    const names = (error: unknown) => error instanceof UnsendableStockError && error.skus;
    try {
      make();
      throw new Error('it was made');
    } catch (error) {
      expect(names(error)).toEqual([sku]);
    }
  });

  it.each([
    ['facility', 'GSCFacilityId'],
    ['seller', 'SellerWarehouseId'],
  ] as const)('names each warehouse by its %s id alone, and none for an item without parts', (ids, element) => {
    const parts = [
      { location: 'B-1', quantity: 2 },
      { location: 'B-2', quantity: 0 },
    ];
    const body = request(
      [
        { sku: 'A', quantity: 2, parts },
        { sku: 'B', quantity: 5 },
      ],
      ids,
    );
    expect(body).toContain(
      `<Stock><SellerSku>A</SellerSku><Quantity>2</Quantity><${element}>B-1</${element}></Stock>` +
        `<Stock><SellerSku>A</SellerSku><Quantity>0</Quantity><${element}>B-2</${element}></Stock>` +
        '<Stock><SellerSku>B</SellerSku><Quantity>5</Quantity></Stock>',
    );
  });

  it('counts an entry per warehouse towards the 500', () => {
    const parts = [1, 2].map((place) => ({ location: `B-${place}`, quantity: 1 }));
    const items = Array.from({ length: 251 }, (_, index) => ({ sku: `S${index}`, quantity: 2, parts }));
    expect(readBack(stockRequest(items.slice(1)))).toHaveLength(500);
    expect(() => stockRequest(items)).toThrow(UnsendableStockError);
    expect(() => stockRequest([{ sku: 'A', quantity: 1, parts: [{ location: ' ', quantity: 1 }] }])).toThrow(
      UnsendableStockError,
    );
  });

  it('takes 500 SKUs and not one more, nor none', () => {
    const items = Array.from({ length: MAX_STOCK_ITEMS + 1 }, (_, index) => ({ sku: `S${index}`, quantity: 1 }));
    expect(readBack(stockRequest(items.slice(1)))).toHaveLength(500);
    expect(() => stockRequest(items)).toThrow(UnsendableStockError);
    expect(() => stockRequest([])).toThrow(UnsendableStockError);
  });
});
