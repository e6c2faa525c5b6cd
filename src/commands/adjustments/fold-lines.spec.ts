import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foldLines, MAX_ADJUST_UNITS, type AskedLine } from './fold-lines.js';

const field = (position: number, name: string) => `lines[${position}].${name}`;
const fold = (...lines: AskedLine[]) => foldLines(lines, field);
const delta = (sku: string, quantity: number, warehouse = 'main'): AskedLine => ({
  sku,
  warehouse,
  mode: 'delta',
  quantity,
});
const absolute = (sku: string, quantity: number): AskedLine => ({ sku, warehouse: 'main', mode: 'absolute', quantity });

const anyLine = fc.record({
  sku: fc.constantFrom('A', 'B', 'a', 'A B', 'A/B'),
  warehouse: fc.constantFrom('main', 'store'),
  mode: fc.constantFrom('absolute' as const, 'delta' as const),
  quantity: fc.integer({ min: -5, max: 5 }),
});

describe('the lines of one command', () => {
  it('are summed by entry, in the order in which the entries first appear', () => {
    const { lines, problems } = fold(delta('B', 2), delta('A', -1), delta('B', -5), delta('B', 1, 'store'));
    expect(problems).toEqual([]);
    expect(lines.map(({ sku, warehouse, quantity, positions }) => [sku, warehouse, quantity, positions])).toEqual([
      ['B', 'main', -3, [0, 2]],
      ['A', 'main', -1, [1]],
      ['B', 'store', 1, [3]],
    ]);
  });

  it('may cancel each other out', () => {
    expect(fold(delta('A', 4), delta('A', -4))).toMatchObject({ lines: [{ quantity: 0 }], problems: [] });
  });

  it.each([
    ['two absolute ones', [absolute('A', 1), absolute('A', 1)]],
    ['an absolute one and a difference', [delta('A', 1), absolute('A', 1)]],
  ])('name each other when %s are of one entry', (_name, lines) => {
    const { problems } = fold(...lines);
    expect(problems.map((problem) => problem.field)).toEqual(['lines[0].sku', 'lines[1].sku']);
    expect(problems[0]?.expected).toContain('lines[0].sku and lines[1].sku');
  });

  it.each([
    ['an absolute one below zero', [absolute('A', -1)], 'lines[0].quantity'],
    ['a difference of nothing', [delta('B', 1), delta('A', 0)], 'lines[1].quantity'],
    ['more than one line may say', [delta('A', MAX_ADJUST_UNITS + 1)], 'lines[0].quantity'],
    ['more than one entry may change', [delta('A', MAX_ADJUST_UNITS), delta('A', 1)], 'lines[0].quantity'],
  ])('are refused for %s', (_name, lines, at) => {
    expect(fold(...lines).problems.map((problem) => problem.field)).toEqual([at]);
  });

  it('neither lose nor invent a unit or a line', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 30 }), (asked) => {
        const { lines } = fold(...asked);
        const sum = (all: readonly AskedLine[]) => all.reduce((total, line) => total + line.quantity, 0);
        expect(sum(lines)).toBe(sum(asked));
        expect(lines.flatMap(({ positions }) => positions).sort((a, b) => a - b)).toEqual(asked.map((_, i) => i));
        expect(new Set(lines.map(({ sku, warehouse }) => `${warehouse} ${sku}`)).size).toBe(lines.length);
      }),
      { numRuns: 1_000 },
    );
  });

  it('are refused exactly when an absolute line shares its entry, or a quantity is invalid', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 12 }), (asked) => {
        const shared = asked.some((line, i) =>
          asked.some(
            (other, j) =>
              i !== j && other.sku === line.sku && other.warehouse === line.warehouse && other.mode === 'absolute',
          ),
        );
        const senseless = asked.some(({ mode, quantity }) => (mode === 'absolute' ? quantity < 0 : quantity === 0));
        expect(fold(...asked).problems.length > 0).toBe(shared || senseless);
      }),
      { numRuns: 2_000 },
    );
  });
});
