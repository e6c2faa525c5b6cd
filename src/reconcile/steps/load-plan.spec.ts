import { planLoad, type ShownListing } from './load-plan.js';

const shown = (changes: Partial<ShownListing> = {}): ShownListing => ({
  sku: 'A',
  externalIds: ['1'],
  quantity: 7,
  ...changes,
});

describe('the numbers taken over from a channel', () => {
  it('are those of SKUs in the single warehouse that they are sold from', () => {
    expect(planLoad(shown(), undefined, [], ['main'])).toEqual([{ sku: 'A', warehouse: 'main', quantity: 7 }]);
  });

  it('are counted under the mapped stock SKU', () => {
    expect(planLoad(shown(), [{ sku: 'STOCK-A', quantity: 1 }], [], ['main'])).toEqual([
      { sku: 'STOCK-A', warehouse: 'main', quantity: 7 },
    ]);
  });

  it('are split over the locations that the channel knows by name', () => {
    const parts = [
      { location: 'N', quantity: 3 },
      { location: 'S', quantity: 4 },
    ];
    const places = [
      { warehouse: 'north', externalId: 'N' },
      { warehouse: 'south', externalId: 'S' },
    ];
    expect(planLoad(shown({ parts }), undefined, places, ['north', 'south'])).toEqual([
      { sku: 'A', warehouse: 'north', quantity: 3 },
      { sku: 'A', warehouse: 'south', quantity: 4 },
    ]);
  });

  it.each([
    ['infinite', shown({ quantity: null }), undefined, ['main']],
    ['duplicate', shown({ externalIds: ['1', '2'] }), undefined, ['main']],
    ['bundle', shown(), [{ sku: 'B', quantity: 2 }], ['main']],
    ['bundle', shown(), [], ['main']],
    ['severalWarehouses', shown(), undefined, ['main', 'north']],
    ['noWarehouse', shown(), undefined, []],
  ] as const)('are never guessed: %s', (reason, listing, parts, served) => {
    expect(planLoad(listing, parts && [...parts], [], served)).toMatchObject({ reason });
  });

  it('are not taken over in part when a location is not mapped', () => {
    const parts = [
      { location: 'N', quantity: 3 },
      { location: 'X', quantity: 1 },
    ];
    const places = [{ warehouse: 'north', externalId: 'N' }];
    expect(planLoad(shown({ parts }), undefined, places, ['north'])).toMatchObject({ reason: 'unknownPlace' });
    const empty = [
      { location: 'N', quantity: 3 },
      { location: 'X', quantity: 0 },
    ];
    expect(planLoad(shown({ parts: empty }), undefined, places, ['north'])).toEqual([
      { sku: 'A', warehouse: 'north', quantity: 3 },
    ]);
  });
});
