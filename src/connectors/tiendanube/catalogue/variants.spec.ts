import { CatalogueReading, variantsOfProducts } from './variants.js';

const product = (id: number, ...variants: object[]) => ({ id, variants });
const listed = (reading: CatalogueReading, ...products: object[]) =>
  reading.listings(variantsOfProducts(products) ?? []);

describe('the listings of a store', () => {
  it('are one for each variant, known by its SKU, or by its id when it has none', () => {
    const found = listed(
      new CatalogueReading(),
      product(7, { id: 71, sku: 'A', stock: 3 }, { id: '72', sku: null, stock: '0' }),
      product(8, { id: 81, sku: ' B ', stock: 1 }),
    );
    expect(found).toEqual([
      { sku: 'A', externalId: '7/71', quantity: 3 },
      { sku: 'variant:72', externalId: '7/72', quantity: 0 },
      { sku: ' B ', externalId: '8/81', quantity: 1 },
    ]);
  });

  it.each([null, ''])('have no number when they are sold without a limit (%j)', (stock) => {
    expect(listed(new CatalogueReading(), product(7, { id: 71, sku: 'A', stock }))).toEqual([
      { sku: 'A', externalId: '7/71', quantity: null, unlimited: true },
    ]);
  });

  it('have no number, but are counted, when none is stated', () => {
    expect(listed(new CatalogueReading(), product(7, { id: 71, sku: 'A' }))).toEqual([
      { sku: 'A', externalId: '7/71', quantity: null },
    ]);
  });

  it('name every variant of a SKU, including those on a later page', () => {
    const reading = new CatalogueReading();
    expect(listed(reading, product(7, { id: 71, sku: 'A', stock: 3 }, { id: 72, sku: 'A', stock: 3 }))).toEqual([
      { sku: 'A', externalId: '7/71,7/72', externalIds: ['7/71', '7/72'], quantity: 3 },
    ]);
    expect(listed(reading, product(9, { id: 91, sku: 'A', stock: 5 }))).toEqual([
      { sku: 'A', externalId: '7/71,7/72,9/91', externalIds: ['7/71', '7/72', '9/91'], quantity: 5 },
    ]);
    expect(
      listed(new CatalogueReading(), product(7, { id: 71, sku: 'A', stock: 3 }, { id: 72, sku: 'A', stock: 4 })),
    ).toEqual([{ sku: 'A', externalId: '7/71,7/72', externalIds: ['7/71', '7/72'], quantity: null }]);
  });

  it('leave out variants without an id, and keep the stock of each location', () => {
    const levels = [
      { location_id: '01FH', stock: 1 },
      { location_id: '01FJ', stock: null },
    ];
    expect(
      variantsOfProducts([product(7, { sku: 'A' }, { id: 71, sku: 'A', stock: 1, inventory_levels: levels })]),
    ).toEqual([
      { id: '71', productId: '7', sku: 'A', stock: 1, unlimited: false, levels: [{ location: '01FH', stock: 1 }] },
    ]);
    expect(variantsOfProducts({})).toBeNull();
  });
});
