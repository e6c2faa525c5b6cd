import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allocate, type Demand, type Availability } from './allocation.js';

function supply(available: Record<string, Record<string, number>>, decided: Record<string, string> = {}): Availability {
  const places = Object.entries(available).map(
    ([sku, at]) =>
      [
        sku,
        Object.entries(at).map(([warehouse, units]) => ({ warehouse, master: 'ledger', available: units })),
      ] as const,
  );
  return { parts: new Map(), places: new Map(places), decided: new Map(Object.entries(decided)) };
}
const need = (sku: string, units: number, before?: string): Demand => ({
  lineId: sku,
  sku,
  units,
  ...(before === undefined ? {} : { before }),
});
const said = (needs: Demand[], from: Availability) =>
  allocate(needs, from).map((s) => `${s.units} ${s.sku} ${s.warehouse}${s.guarded ? '?' : ''}`);

describe('choosing warehouses', () => {
  it('takes the only warehouse, without a guard', () => {
    expect(said([need('A', 3)], supply({ A: { main: 1 } }))).toEqual(['3 A main']);
  });

  it('takes everything from the first warehouse that has all of it, even when earlier ones have a part', () => {
    const from = supply({ A: { one: 5, two: 5 }, B: { one: 0, two: 2 } });
    expect(said([need('A', 3), need('B', 2)], from)).toEqual(['3 A two?', '2 B two?']);
  });

  it('serves line by line where no warehouse has everything, and splits a line only when no warehouse has it all', () => {
    const from = supply({ A: { one: 5, two: 0 }, B: { one: 1, two: 2 } });
    expect(said([need('A', 3), need('B', 2)], from)).toEqual(['3 A one?', '2 B two?']);
    expect(said([need('B', 3)], from)).toEqual(['1 B one?', '2 B two?']);
  });

  it('reserves in the first warehouse what no warehouse has', () => {
    expect(said([need('A', 9)], supply({ A: { one: 2, two: 3 } }))).toEqual(['6 A one', '3 A two?']);
    expect(said([need('A', 2)], supply({ A: { one: -1, two: 0 } }))).toEqual(['2 A one']);
  });

  it('subtracts what one line takes before it serves the next', () => {
    const needs: Demand[] = [need('A', 2), { lineId: 'second', sku: 'A', units: 2 }];
    expect(said(needs, supply({ A: { one: 3, two: 2 } }))).toEqual(['2 A one?', '2 A two?']);
  });

  it('keeps the warehouse where units of the line were reserved before, while it has them', () => {
    expect(said([need('A', 1, 'two')], supply({ A: { one: 5, two: 5 } }))).toEqual(['1 A two?']);
    expect(said([need('A', 9, 'two')], supply({ A: { one: 9, two: 5 } }))).toEqual(['9 A one?']);
  });

  it("follows the platform's own choice", () => {
    expect(said([need('A', 4)], supply({ A: { one: 5, two: 1 } }, { A: 'two' }))).toEqual(['4 A two']);
  });

  it("serves exactly the demand, and exceeds a warehouse's stock only when no warehouse has enough", () => {
    const stock = fc.record({
      one: fc.integer({ min: -3, max: 9 }),
      two: fc.integer({ min: -3, max: 9 }),
      three: fc.integer({ min: -3, max: 9 }),
    });
    const needs = fc.array(fc.record({ sku: fc.constantFrom('A', 'B'), units: fc.integer({ min: 1, max: 6 }) }), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(stock, stock, needs, (A, B, wanted) => {
        const all = wanted.map(({ sku, units }, i): Demand => ({ lineId: `${i}`, sku, units }));
        const sources = allocate(all, supply({ A, B }));
        for (const { lineId, units } of all) {
          const served = sources.filter((s) => s.lineId === lineId).reduce((sum, s) => sum + s.units, 0);
          if (served !== units) throw new Error(`${served} of ${units} served`);
        }
        for (const [sku, at] of Object.entries({ A, B })) {
          const there = Object.values(at).reduce((sum, n) => sum + Math.max(0, n), 0);
          const asked = all.filter((n) => n.sku === sku).reduce((sum, n) => sum + n.units, 0);
          for (const [warehouse, units] of Object.entries(at)) {
            const taken = sources
              .filter((s) => s.sku === sku && s.warehouse === warehouse)
              .reduce((sum, s) => sum + s.units, 0);
            if (taken > Math.max(0, units) && asked <= there)
              throw new Error(`${taken} taken of ${units} although there was enough`);
          }
        }
      }),
      { numRuns: 10_000 },
    );
  });
});
