import { UnsendableStockError } from '../errors.js';
import { externalIdOf, variantsOf } from '../external-id.js';
import { BatchSize } from './batch-size.js';
import { rejectionsOf, variantOutcomes } from './stock-outcome.js';
import { levelsOf, MOST_VARIANTS, stockRequest, type VariantStock } from './stock-request.js';

const variant = (variantId: string, stock: number, more: Partial<VariantStock> = {}): VariantStock => ({
  sku: `S${variantId}`,
  productId: '7',
  variantId,
  levels: [{ stock }],
  ...more,
});

describe('the body of a stock push', () => {
  it('has the variants of one product together, and their stock in inventory levels', () => {
    const far = variant('81', 0, {
      productId: '8',
      levels: [
        { stock: 0, location: '01FH' },
        { stock: 4, location: '01FJ' },
      ],
    });
    expect(stockRequest([variant('71', 3), far, variant('72', 5)])).toEqual([
      {
        id: 7,
        variants: [
          { id: 71, inventory_levels: [{ stock: 3 }] },
          { id: 72, inventory_levels: [{ stock: 5 }] },
        ],
      },
      {
        id: 8,
        variants: [
          {
            id: 81,
            inventory_levels: [
              { stock: 0, location_id: '01FH' },
              { stock: 4, location_id: '01FJ' },
            ],
          },
        ],
      },
    ]);
  });

  it('writes nothing as 0: an empty text or null would make it unlimited', () => {
    expect(JSON.stringify(stockRequest([variant('71', 0)]))).toBe(
      '[{"id":7,"variants":[{"id":71,"inventory_levels":[{"stock":0}]}]}]',
    );
  });

  it.each([
    [-1],
    [1.5],
    [NaN],
    [Infinity],
    [null as unknown as number],
    ['' as unknown as number],
    [undefined as unknown as number],
  ])('is not made of %p', (stock) => {
    expect(() => stockRequest([variant('71', stock)])).toThrow(UnsendableStockError);
  });

  it('accepts no more variants than a call does', () => {
    const many = Array.from({ length: MOST_VARIANTS }, (_, i) => variant(String(i + 1), 1));
    expect(stockRequest(many)[0]?.variants).toHaveLength(MOST_VARIANTS);
    expect(() => stockRequest([...many, variant('99', 1)])).toThrow(UnsendableStockError);
  });
});

describe("the locations of an item's units", () => {
  it("are the ledger's, and other locations are left alone", () => {
    const parts = [
      { location: 'A', quantity: 2 },
      { location: 'B', quantity: 0 },
    ];
    expect(levelsOf({ quantity: 2, parts }, ['A', 'B', 'C'])).toEqual([
      { stock: 2, location: 'A' },
      { stock: 0, location: 'B' },
    ]);
  });

  it('are the only location, without a name', () => {
    expect(levelsOf({ quantity: 2 }, [])).toEqual([{ stock: 2 }]);
    expect(levelsOf({ quantity: 2 }, ['A'])).toEqual([{ stock: 2 }]);
  });

  it('are the first of several when none is mapped: the numbers of the others would be sold, too', () => {
    expect(levelsOf({ quantity: 2 }, ['A', 'B'])).toEqual([
      { stock: 2, location: 'A' },
      { stock: 0, location: 'B' },
    ]);
  });
});

describe('the outcome of a stock push', () => {
  const sent = [variant('71', 1), variant('72', 1), variant('73', 1)];

  it('is reported per variant', () => {
    const answer = [
      {
        id: 7,
        variants: [
          { id: '71', success: true },
          { id: 72, success: false, stock: ['The stock must be at least 0.'] },
        ],
      },
    ];
    expect(rejectionsOf(sent, variantOutcomes(answer) ?? new Map())).toEqual([
      { sku: 'S72', reason: 'Tiendanube did not take the number: stock: The stock must be at least 0.' },
      { sku: 'S73', reason: 'Tiendanube did not say that it took the number' },
    ]);
  });

  it('rejects a SKU when one of its variants was not accepted', () => {
    const two = [variant('71', 1, { sku: 'S' }), variant('72', 1, { sku: 'S' })];
    const answer = [
      {
        id: 7,
        variants: [
          { id: 71, success: 'true' },
          { id: 72, success: true },
        ],
      },
    ];
    expect(rejectionsOf(two, variantOutcomes(answer) ?? new Map())).toMatchObject([{ sku: 'S' }]);
  });

  it('is null when it is not a list', () => {
    expect([variantOutcomes({}), variantOutcomes(null)]).toEqual([null, null]);
  });
});

describe('the number of variants in one call', () => {
  it('is halved after each call that was too large, and grows after accepted ones', () => {
    const size = new BatchSize(50);
    expect([size.noteTooLarge(), size.now, size.noteTooLarge(), size.now]).toEqual([true, 25, true, 12]);
    for (let taken = 0; taken < 10; taken += 1) size.noteTaken();
    expect(size.now).toBe(18);
    for (let taken = 0; taken < 60; taken += 1) size.noteTaken();
    expect(size.now).toBe(50);
  });

  it('is never below one', () => {
    const size = new BatchSize(2);
    expect([size.noteTooLarge(), size.noteTooLarge(), size.now]).toEqual([true, false, 1]);
  });
});

describe('the name of a variant', () => {
  it('contains both ids, and those of every variant of one SKU', () => {
    const refs = [
      { productId: '7', variantId: '71' },
      { productId: '8', variantId: '81' },
    ];
    expect(externalIdOf(refs)).toBe('7/71,8/81');
    expect(variantsOf('7/71,8/81')).toEqual(refs);
    expect([variantsOf(undefined), variantsOf('71'), variantsOf('a b/c')]).toEqual([[], [], []]);
  });
});
