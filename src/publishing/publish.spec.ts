import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { numberToPublish, isSameNumber, type PublishInput } from './publish.js';

const RULES = { buffer: 0, cap: null, notForSale: false };

function input(available: number, change: Partial<PublishInput> = {}): PublishInput {
  return {
    parts: [{ sku: 'A', quantity: 1 }],
    units: new Map([['A', [{ warehouse: 'main', units: available }]]]),
    uncounted: new Map(),
    rules: RULES,
    publishing: 'live',
    locations: [],
    ...change,
  };
}

describe('the number to publish', () => {
  it.each([
    ['what is available', 7, RULES, 'live', 7],
    ['never less than nothing', -3, RULES, 'live', 0],
    ['less the buffer', 7, { ...RULES, buffer: 2 }, 'live', 5],
    ['nothing when the buffer is larger', 1, { ...RULES, buffer: 2 }, 'live', 0],
    ['at most the cap', 70, { ...RULES, cap: 10 }, 'live', 10],
    ['the cap applied after the buffer', 12, { buffer: 5, cap: 10, notForSale: false }, 'live', 7],
    ['nothing when the listing is notForSale', 7, { ...RULES, notForSale: true }, 'live', 0],
    ['nothing when selling is stopped', 7, RULES, 'stopped', 0],
    ['the same in shadow, where it is only shown', 7, RULES, 'shadow', 7],
  ] as const)('is %s', (_name, available, rules, publishing, published) => {
    expect(numberToPublish(input(available, { rules, publishing })).quantity).toBe(published);
  });

  it('adds up the warehouses first, so that units that one oversold are missing everywhere', () => {
    const units = new Map([['A', [1, -2, 5].map((n, i) => ({ warehouse: `w${i}`, units: n }))]]);
    expect(numberToPublish(input(0, { units, rules: { ...RULES, buffer: 1 } }))).toEqual({ quantity: 3 });
  });

  it('takes off what the channel has sold and is not counted', () => {
    expect(numberToPublish(input(7, { uncounted: new Map([['A', 3]]) })).quantity).toBe(4);
  });

  it('is the number of bundles that the scarcest part allows', () => {
    const parts = [
      { sku: 'A', quantity: 2 },
      { sku: 'B', quantity: 1 },
    ];
    const units = new Map([
      ['A', [{ warehouse: 'main', units: 7 }]],
      ['B', [{ warehouse: 'main', units: 4 }]],
    ]);
    expect(numberToPublish(input(0, { parts, units })).quantity).toBe(3);
    expect(numberToPublish(input(0, { parts, units, uncounted: new Map([['B', 3]]) })).quantity).toBe(1);
  });

  it("is split over the channel's locations, each at most its own stock", () => {
    const units = new Map([
      ['A', ['one', 'two', 'three'].map((warehouse, i) => ({ warehouse, units: [4, -1, 9][i] ?? 0 }))],
    ]);
    const locations = ['one', 'two', 'three'].map((warehouse) => ({ warehouse, location: warehouse.toUpperCase() }));
    expect(numberToPublish(input(0, { units, locations }))).toEqual({
      quantity: 12,
      parts: [
        { location: 'ONE', quantity: 4 },
        { location: 'TWO', quantity: 0 },
        { location: 'THREE', quantity: 8 },
      ],
    });
  });

  const cases = fc.record({
    warehouses: fc.array(fc.record({ a: fc.integer({ min: -5, max: 20 }), b: fc.integer({ min: -5, max: 20 }) }), {
      minLength: 1,
      maxLength: 4,
    }),
    perBundle: fc.integer({ min: 1, max: 3 }),
    uncounted: fc.integer({ min: 0, max: 5 }),
    rules: fc.record({
      buffer: fc.integer({ min: 0, max: 5 }),
      cap: fc.option(fc.integer({ min: 0, max: 15 })),
      notForSale: fc.boolean(),
    }),
    publishing: fc.constantFrom('live' as const, 'stopped' as const, 'shadow' as const),
  });

  it('never exceeds, summed over locations, the number that the rule gives for the sum', () => {
    fc.assert(
      fc.property(cases, ({ warehouses, perBundle, uncounted, rules, publishing }) => {
        const given: PublishInput = {
          parts: [
            { sku: 'A', quantity: 1 },
            { sku: 'B', quantity: perBundle },
          ],
          units: new Map([
            ['A', warehouses.map(({ a }, i) => ({ warehouse: `w${i}`, units: a }))],
            ['B', warehouses.map(({ b }, i) => ({ warehouse: `w${i}`, units: b }))],
          ]),
          uncounted: new Map([['A', uncounted]]),
          rules,
          publishing,
          locations: [],
        };
        const sumA = warehouses.reduce((sum, { a }) => sum + a, 0) - uncounted;
        const sumB = warehouses.reduce((sum, { b }) => sum + b, 0);
        const shown = Math.max(0, Math.min(Math.floor(sumA), Math.floor(sumB / perBundle)) - rules.buffer);
        const rule = publishing === 'stopped' || rules.notForSale ? 0 : Math.min(shown, rules.cap ?? Infinity);
        const whole = numberToPublish(given);
        const spread = numberToPublish({
          ...given,
          locations: warehouses.map((_, i) => ({ warehouse: `w${i}`, location: `L${i}` })),
        });
        const parts = spread.parts ?? [];
        check(
          whole.quantity === rule && spread.quantity === rule,
          `${whole.quantity} is published, the rule gives ${rule}`,
        );
        check(parts.reduce((sum, part) => sum + part.quantity, 0) <= rule, 'the parts add up to more');
        for (const [i, { a, b }] of warehouses.entries()) {
          const here = parts[i]?.quantity ?? NaN;
          check(
            here >= 0 && here <= Math.max(0, Math.min(a, Math.floor(b / perBundle))),
            `${here} at a place that has ${a} and ${b}`,
          );
        }
      }),
      { numRuns: 10_000 },
    );
  });
});

describe('a published number', () => {
  it('is published again when only the spread differs', () => {
    const one = { quantity: 3, parts: [{ location: 'L', quantity: 3 }] };
    expect(isSameNumber(one, { quantity: 3, parts: [{ location: 'L', quantity: 3 }] })).toBe(true);
    expect(isSameNumber(one, { quantity: 3, parts: [{ location: 'L', quantity: 2 }] })).toBe(false);
    expect(isSameNumber(one, { quantity: 3 })).toBe(false);
  });
});

/** Cheaper than `expect` in a property's ten thousand runs. */
function check(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
