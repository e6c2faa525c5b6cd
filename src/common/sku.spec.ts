import fc from 'fast-check';
import { normalizeSku } from './sku.js';

describe('a normalized SKU', () => {
  it.each([
    ['BUFANDA ', 'BUFANDA'],
    ['\u00a0BUFANDA\u00a0', 'BUFANDA'],
    ['\tBUFANDA\r\n', 'BUFANDA'],
    ['BUF\u200bANDA\ufeff', 'BUFANDA'],
    ['\u200e BUFANDA', 'BUFANDA'],
    ['CAMIO\u0301N', 'CAMI\u00d3N'],
    ['CAMIO\u200b\u0301N', 'CAMI\u00d3N'],
    ['Bufanda Roja', 'Bufanda Roja'],
    ['00123', '00123'],
    [' =1', '=1'],
  ])('%j is %j', (text, sku) => {
    expect(normalizeSku(text)).toBe(sku);
  });

  it('stays as it is when it is normalized again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const sku = normalizeSku(text);
        expect(normalizeSku(sku)).toBe(sku);
        expect(sku).toBe(sku.trim());
      }),
    );
  });
});
