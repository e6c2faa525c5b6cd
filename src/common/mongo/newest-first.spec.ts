import fc from 'fast-check';
import { windowsBack } from './newest-first.js';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 0, 1);

describe('windowsBack', () => {
  it('covers every moment down to the floor once, the nearest first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_000 * DAY_MS }), fc.nat(3_000 * DAY_MS), (age, beyond) => {
        const [to, floor] = [NOW - age, NOW - age - beyond];
        const windows = [...windowsBack(to, floor)];
        let end = to;
        for (const window of windows) {
          expect(window.to).toBe(end);
          expect(window.from).toBeLessThan(window.to);
          end = window.from;
        }
        expect(end).toBe(floor);
      }),
    );
  });

  it('takes at most a dozen windows for years', () => {
    expect([...windowsBack(NOW, Date.UTC(2020, 0, 1))].length).toBeLessThanOrEqual(12);
  });

  it('begins narrow, so that a page of frequent documents does not read thousands', () => {
    const [first] = windowsBack(NOW, 0);
    expect(first).toEqual({ from: NOW - 1_000, to: NOW });
  });

  it('is empty when the floor is not below', () => {
    expect([...windowsBack(NOW, NOW)]).toEqual([]);
  });
});
