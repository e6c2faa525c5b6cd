import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allocate, type Demand, type Availability } from './allocation.js';

function availability(
  available: Record<string, Record<string, number>>,
  decided: Record<string, string> = {},
): Availability {
  const places = Object.entries(available).map(
    ([sku, at]) =>
      [
        sku,
        Object.entries(at).map(([warehouse, units]) => ({ warehouse, master: 'ledger', available: units })),
      ] as const,
  );
  return { parts: new Map(), places: new Map(places), decided: new Map(Object.entries(decided)) };
}
const demand = (sku: string, units: number, before?: string): Demand => ({
  lineId: sku,
  sku,
  units,
  ...(before === undefined ? {} : { before }),
});
const said = (demands: Demand[], from: Availability) =>
  allocate(demands, from).map((s) => `${s.units} ${s.sku} ${s.warehouse}${s.guarded ? '?' : ''}`);

describe('choosing warehouses', () => {
  it('takes the only place there is, without asking for a guard', () => {
    expect(said([demand('A', 3)], availability({ A: { main: 1 } }))).toEqual(['3 A main']);
  });

  it('takes everything from the first place that has all of it, however much the ones before it have', () => {
    const from = availability({ A: { one: 5, two: 5 }, B: { one: 0, two: 2 } });
    expect(said([demand('A', 3), demand('B', 2)], from)).toEqual(['3 A two?', '2 B two?']);
  });

  it('serves line by line where no place has everything, and splits a line only where no place has it all', () => {
    const from = availability({ A: { one: 5, two: 0 }, B: { one: 1, two: 2 } });
    expect(said([demand('A', 3), demand('B', 2)], from)).toEqual(['3 A one?', '2 B two?']);
    expect(said([demand('B', 3)], from)).toEqual(['1 B one?', '2 B two?']);
  });

  it('reserves in the first warehouse what no warehouse has', () => {
    expect(said([demand('A', 9)], availability({ A: { one: 2, two: 3 } }))).toEqual(['6 A one', '3 A two?']);
    expect(said([demand('A', 2)], availability({ A: { one: -1, two: 0 } }))).toEqual(['2 A one']);
  });

  it('counts what one line takes before the next is served', () => {
    const demands: Demand[] = [demand('A', 2), { lineId: 'second', sku: 'A', units: 2 }];
    expect(said(demands, availability({ A: { one: 3, two: 2 } }))).toEqual(['2 A one?', '2 A two?']);
  });

  it('stays where units of the line were promised before, as long as they are there', () => {
    expect(said([demand('A', 1, 'two')], availability({ A: { one: 5, two: 5 } }))).toEqual(['1 A two?']);
    expect(said([demand('A', 9, 'two')], availability({ A: { one: 9, two: 5 } }))).toEqual(['9 A one?']);
  });

  it('does what the platform decided', () => {
    expect(said([demand('A', 4)], availability({ A: { one: 5, two: 1 } }, { A: 'two' }))).toEqual(['4 A two']);
  });

  it("serves exactly the demand, and exceeds a warehouse's stock only when no warehouse has enough", () => {
    const stock = fc.record({
      one: fc.integer({ min: -3, max: 9 }),
      two: fc.integer({ min: -3, max: 9 }),
      three: fc.integer({ min: -3, max: 9 }),
    });
    const demands = fc.array(fc.record({ sku: fc.constantFrom('A', 'B'), units: fc.integer({ min: 1, max: 6 }) }), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(stock, stock, demands, (A, B, wanted) => {
        const all = wanted.map(({ sku, units }, i): Demand => ({ lineId: `${i}`, sku, units }));
        const allocations = allocate(all, availability({ A, B }));
        for (const { lineId, units } of all) {
          const served = allocations.filter((s) => s.lineId === lineId).reduce((sum, s) => sum + s.units, 0);
          if (served !== units) throw new Error(`${served} of ${units} served`);
        }
        for (const [sku, at] of Object.entries({ A, B })) {
          const there = Object.values(at).reduce((sum, n) => sum + Math.max(0, n), 0);
          const asked = all.filter((n) => n.sku === sku).reduce((sum, n) => sum + n.units, 0);
          for (const [warehouse, units] of Object.entries(at)) {
            const taken = allocations
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
