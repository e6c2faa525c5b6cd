import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { entryId, movementId } from './entry-id.js';

describe('ids of entries and movements', () => {
  it('keeps ordinary SKUs readable', () => {
    expect(movementId(entryId('PROD-001', 'main'), 12)).toBe('main/PROD-001#000000000012');
  });

  it('gives different SKUs different ids, whatever characters they contain', () => {
    const skus = fc.string({
      unit: fc.constantFrom('A', '#', '/', '%', '0', '1', ' ', 'é', '+'),
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(fc.property(skus, skus, (a, b) => (a === b) === (entryId(a, 'main') === entryId(b, 'main'))));
  });

  it('sorts the movements of an entry together and in their order', () => {
    const skus = fc.string({ unit: fc.constantFrom('A', '#', '0', '9', '%'), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(skus, skus, fc.nat({ max: 1e9 }), fc.nat({ max: 1e9 }), (a, b, i, j) => {
        const [mine, other] = [entryId(a, 'main'), entryId(b, 'main')];
        const inRange = movementId(other, j) > `${mine}#` && movementId(other, j) <= `${mine}#${'9'.repeat(12)}`;
        return inRange === (a === b) && movementId(mine, i) < movementId(mine, j) === i < j;
      }),
    );
  });
});
