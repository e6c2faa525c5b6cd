import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { coreWords } from '../../words/core-words.js';
import { checkUnknownSku, withLeadingZeros, type UnknownSku } from './check-unknown-sku.js';
import { type SoundLine } from './import.types.js';

const line = (sku: string): SoundLine => ({ line: 2, sku, warehouse: 'main', mode: 'absolute', quantity: 5 });
const unknown = (given: Partial<UnknownSku> = {}): UnknownSku => ({ withZeros: undefined, nearest: [], ...given });
const textOf = (sku: string, given: Partial<UnknownSku>, options: { onlyExisting?: true } = {}) =>
  checkUnknownSku(line(sku), unknown(given), options)?.problems?.map((problem) =>
    'message' in problem ? coreWords.text(problem.message, 'en') : problem.expected,
  );

describe('a line with an unknown SKU', () => {
  it.each(['7,80123E+12', '7.80123E+12', '7E+12', '1.2e+5'])('is refused in exponent form: %s', (sku) => {
    expect(checkUnknownSku(line(sku), unknown(), {})).toMatchObject({
      outcome: 'refused',
      problems: [{ field: 'sku', message: { code: 'imports.exponent', params: { sku } } }],
    });
  });

  it('is refused where it lost its leading zeros, and names the known SKU', () => {
    expect(textOf('123', { withZeros: '00123', nearest: ['00123'] })).toEqual([
      expect.stringContaining('00123 is known, 123 is not'),
    ]);
  });

  it('may be created otherwise, unless only existing ones are wanted', () => {
    for (const sku of ['Total', 'camisa-01', '5E3', 'E+12', '123', '1E+12X'])
      expect([sku, checkUnknownSku(line(sku), unknown(), {})]).toEqual([sku, undefined]);
    expect(textOf('Total', {}, { onlyExisting: true })).toEqual(['must be a known SKU: Total is none']);
    expect(textOf('camisa-01', { nearest: ['CAMISA-01', 'CAMISA-02'] }, { onlyExisting: true })).toEqual([
      'must be a known SKU: camisa-01 is none; nearest known: CAMISA-01, CAMISA-02',
    ]);
  });

  it('is tried with leading zeros only where it is a number, and up to a bound', () => {
    expect(withLeadingZeros('A1')).toEqual([]);
    fc.assert(
      fc.property(fc.stringMatching(/^\d{1,100}$/), (sku) => {
        const padded = withLeadingZeros(sku);
        expect(padded.length).toBe(Math.max(0, 20 - sku.length));
        expect(padded.every((text) => /^0+/.test(text) && text.endsWith(sku))).toBe(true);
      }),
    );
  });
});
