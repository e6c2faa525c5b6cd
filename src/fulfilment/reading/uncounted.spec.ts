import fc from 'fast-check';
import { type ErpWarehouseStock } from '../../connectors/contract.js';
import { elsewhere, quantityOf, type SeenStock, type TransferUnits } from './uncounted.js';

const place = (warehouse: string | null, numbers: Partial<ErpWarehouseStock> = {}): ErpWarehouseStock => ({
  code: warehouse ?? 'X',
  name: warehouse ?? 'X',
  warehouse,
  onHand: 0,
  free: 0,
  heldByUs: 0,
  taken: [],
  ...numbers,
});
const end = (key: string, units: number, more: Partial<TransferUnits> = {}): TransferUnits => ({
  transfer: 'T',
  sku: 'A',
  warehouse: 'main',
  key,
  units,
  isCounted: false,
  ...more,
});
const seen = (warehouses: readonly ErpWarehouseStock[], ...ours: TransferUnits[]): SeenStock => ({
  stock: { sku: 'A', productRef: '1', warehouses },
  ours,
});

describe('the quantity of an entry', () => {
  it('is what is free and what our open deliveries hold, over every warehouse that feeds it, in whole units', () => {
    const numbers = seen([
      place('main', { free: 3.25, heldByUs: 2 }),
      place('main', { free: 1.5 }),
      place('north', { free: 9 }),
      place(null, { free: 9 }),
    ]);
    expect([quantityOf(numbers, 'main'), quantityOf(numbers, 'north'), quantityOf(numbers, 'south')]).toEqual([
      6,
      9,
      null,
    ]);
    expect(quantityOf(seen([place('main', { free: 0.1 + 0.2, heldByUs: 0.7 })]), 'main')).toBe(1);
    expect(quantityOf(seen([place('main', { free: -0.5 })]), 'main')).toBe(-1);
  });

  it('does not change while a delivery is booked, and falls by its own units when its ends are counted', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -5, max: 50 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
        (free, units) => {
          const total = units.reduce((sum, one) => sum + one, 0);
          const ends = units.map((one, i) => end(`k${i}`, one));
          const open = seen([place('main', { free, heldByUs: total })], ...ends);
          const done = seen([place('main', { free, taken: [{ transfer: 'T', units: total }] })], ...ends);
          expect(quantityOf(done, 'main')).toBe(quantityOf(open, 'main'));
          const counted = new Set<string>();
          let left = total;
          for (const { key, units: its } of ends) {
            left -= its;
            expect(quantityOf(done, 'main', counted.add(key))).toBe(free + left);
          }
        },
      ),
    );
  });

  it('never adds more than is left to count, whatever a person has booked', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -20, max: 40 }),
        fc.array(fc.record({ units: fc.integer({ min: 1, max: 9 }), isCounted: fc.boolean() }), { maxLength: 4 }),
        (taken, ends) => {
          const numbers = seen(
            [place('main', { free: 10, taken: [{ transfer: 'T', units: taken }] })],
            ...ends.map(({ units, isCounted }, i) => end(`k${i}`, units, { isCounted })),
          );
          const left = ends.filter(({ isCounted }) => !isCounted).reduce((sum, { units }) => sum + units, 0);
          const quantity = quantityOf(numbers, 'main') ?? 0;
          expect(quantity).toBeGreaterThanOrEqual(10);
          expect(quantity).toBeLessThanOrEqual(10 + left);
        },
      ),
    );
  });

  it('takes off what a transfer of ours has brought in, until that is counted', () => {
    const numbers = seen([place('main', { free: 14, taken: [{ transfer: 'T', units: -4 }] })], end('k', -4));
    expect(quantityOf(numbers, 'main')).toBe(10);
    expect(quantityOf(numbers, 'main', new Set(['k']))).toBe(14);
  });

  it('counts what was shipped from another warehouse there, until the end stands where it was reserved', () => {
    const numbers = (isCounted: boolean) =>
      seen(
        [place('main', { free: 5 }), place('north', { free: 3, taken: [{ transfer: 'T', units: 2 }] })],
        end('k', 2, { isCounted }),
      );
    expect([quantityOf(numbers(false), 'main'), quantityOf(numbers(false), 'north')]).toEqual([5, 5]);
    expect([quantityOf(numbers(true), 'main'), quantityOf(numbers(true), 'north')]).toEqual([5, 3]);
    expect(elsewhere(numbers(false), 'main', new Set(['k']))).toEqual(['north']);
    expect(elsewhere(numbers(false), 'main', new Set(['other']))).toEqual([]);
  });
});
