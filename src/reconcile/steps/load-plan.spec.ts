import { planLoad, type ShownListing } from './load-plan.js';

const shown = (changes: Partial<ShownListing> = {}): ShownListing => ({
  sku: 'A',
  externalIds: ['1'],
  quantity: 7,
  ...changes,
});

describe('what is taken over from a channel', () => {
  it('is the number of a SKU in the one warehouse that it is sold from', () => {
    expect(planLoad(shown(), undefined, [], ['main'])).toEqual([{ sku: 'A', warehouse: 'main', quantity: 7 }]);
  });

  it('is counted under the stock SKU that it stands for', () => {
    expect(planLoad(shown(), [{ sku: 'STOCK-A', quantity: 1 }], [], ['main'])).toEqual([
      { sku: 'STOCK-A', warehouse: 'main', quantity: 7 },
    ]);
  });

  it('is spread over the places that the channel knows by name', () => {
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
  ] as const)('is never guessed: %s', (reason, listing, parts, served) => {
    expect(planLoad(listing, parts && [...parts], [], served)).toMatchObject({ reason });
  });

  it('is not taken over in part where somebody has yet to say what a place is', () => {
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
