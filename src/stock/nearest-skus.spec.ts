import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { differByOneAtMost, foldSku, NearestSkus } from './nearest-skus.js';

function indexOf(...skus: string[]): NearestSkus {
  const index = new NearestSkus();
  for (const sku of skus) index.add(sku);
  return index;
}

/** Levenshtein's distance by its definition. */
function distance(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [restA, restB] = [a.slice(1), b.slice(1)];
  if (a[0] === b[0]) return distance(restA, restB);
  return 1 + Math.min(distance(restA, b), distance(a, restB), distance(restA, restB));
}

describe('the nearest known SKUs', () => {
  it.each([
    ['camisa-01', 'CAMISA-01'],
    ['CAMISA -01', 'CAMISA-01'],
    ['CAMISA-01\u00a0', 'CAMISA-01'],
    ['CAMISA\u200b-01', 'CAMISA-01'],
    ['CAMISA-1', 'CAMISA-01'],
    ['CAMISA-O1', 'CAMISA-01'],
    ['CAMISAS-01', 'CAMISA-01'],
    ['123', '00123'],
    ['000123', '00123'],
  ])('of %s are %s', (sku, nearest) => {
    expect(indexOf('CAMISA-01', '00123', 'PANTALON-7').of(sku)).toEqual([nearest]);
  });

  it('are none for a total, and for short texts with another character', () => {
    expect(indexOf('CAMISA-01', 'A1').of('Total')).toEqual([]);
    expect(indexOf('A1').of('A2')).toEqual([]);
  });

  it('are three at most, and never the SKU itself', () => {
    const index = indexOf(...Array.from({ length: 9 }, (_, i) => `CAMISA-0${i}`));
    expect(index.of('CAMISA-0X')).toHaveLength(3);
    expect(index.of('CAMISA-01')).toEqual([]);
  });

  it('differ by one character exactly where the distance is one', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 });
    fc.assert(fc.property(word, word, (a, b) => expect(differByOneAtMost(a, b)).toBe(distance(a, b) <= 1)));
  });

  it('fold to one text, whatever a spreadsheet did to it', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(5), (sku, zeros) => {
        const fold = foldSku(sku);
        expect(foldSku(fold)).toBe(fold);
        if (/^\d/.test(sku)) expect(foldSku(`${'0'.repeat(zeros)} ${sku} `)).toBe(fold);
      }),
    );
  });

  it('are looked for within a bound, and found by case and zeros beyond it', () => {
    const index = indexOf(...Array.from({ length: 20_000 }, (_, i) => `SKU-${10_000 + i}`));
    expect(index.of('SKU-1000X')).toHaveLength(3);
    // A hundred million comparisons without the bound.
    for (let i = 0; i < 5_000; i++) index.of(`ZZZ-${10_000 + i}`);
    expect(index.of('sku-10001')).toEqual(['SKU-10001']);
    expect(index.of('SKU-1000X')).toEqual([]);
  });
});
