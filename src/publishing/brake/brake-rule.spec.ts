import fc from 'fast-check';
import { countedSince, firstFrom, isLargeChange, isTooMany, weigh, type LargeChange } from './brake-rule.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
const LIMITS = { percent: 20, least: 20 };

describe('a change', () => {
  it.each([
    [10, 0],
    [1, 0],
    [10, 4],
    [10, 16],
    [1, 2],
    [3, -2],
  ])('from %i to %i is large', (from, to) => expect(isLargeChange(from, to)).toBe(true));

  it.each([
    [10, 5],
    [10, 15],
    [2, 1],
    [2, 3],
    [10, 10],
    [0, 50],
    [-3, 50],
    [-3, 0],
  ])('from %i to %i is not large', (from, to) => expect(isLargeChange(from, to)).toBe(false));

  it('is never large in the smaller direction only', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(2_000), fc.nat(2_000), (from, one, other) => {
        const [near, far] = [one, other].sort((a, b) => Math.abs(a - from) - Math.abs(b - from)) as [number, number];
        if (near < from === far < from)
          expect(Number(isLargeChange(from, near))).toBeLessThanOrEqual(Number(isLargeChange(from, far)));
      }),
    );
  });
});

describe('many changes', () => {
  it('are held when they exceed the share and the least number', () => {
    expect(isTooMany(101, 500, LIMITS)).toBe(true);
    expect(isTooMany(100, 500, LIMITS)).toBe(false);
    expect(isTooMany(19, 19, LIMITS)).toBe(false);
    expect(isTooMany(20, 20, LIMITS)).toBe(true);
    expect(isTooMany(500, 500, { ...LIMITS, percent: 100 })).toBe(false);
  });
});

describe('a large change that was approved', () => {
  const passed: LargeChange = { at: minutesAgo(59), from: 100 };

  it('is undone by a number like the one before it', () => {
    expect(weigh({ from: 0, to: 98, passed }, NOW)).toBe('returned');
    expect(weigh({ from: 40, to: 100, passed }, NOW)).toBe('returned');
  });

  it('remains one while the number stays, or moves on', () => {
    expect(weigh({ from: 40, to: 40, passed }, NOW)).toBe('calm');
    expect(weigh({ from: 40, to: 10, passed }, NOW)).toBe('large');
    expect(weigh({ from: 60, to: 20, passed }, NOW)).toBe('large');
  });

  it('is forgotten after an hour', () => {
    const old = { at: minutesAgo(61), from: 100 };
    expect(weigh({ from: 40, to: 100, passed: old }, NOW)).toBe('large');
    expect(firstFrom(old, 40, NOW)).toBe(40);
    expect(firstFrom(passed, 40, NOW)).toBe(100);
  });

  it("no longer counts after a person's approval", () => {
    expect(countedSince(undefined, NOW)).toEqual(minutesAgo(60));
    expect(countedSince(minutesAgo(5), NOW)).toEqual(minutesAgo(5));
    expect(countedSince(minutesAgo(90), NOW)).toEqual(minutesAgo(60));
  });
});

/** One thing that is counted, in the smallest world in which changes come in any order and a number is published when nothing forbids it. */
interface Thing {
  quantity: number;
  passed?: LargeChange;
}

const steps = fc.array(fc.record({ thing: fc.nat(59), to: fc.nat(60), minutes: fc.nat(12) }), { maxLength: 200 });

describe('changes in small steps of any size', () => {
  it('never change more items by much within an hour than allowed', () => {
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 30 }),
        (changes, percent, least) => {
          const things: Thing[] = Array.from({ length: 60 }, () => ({ quantity: 30 }));
          let at = NOW.getTime();
          for (const { thing: place, to, minutes } of changes) {
            at += minutes * 60_000;
            const now = new Date(at);
            const thing = things[place] as Thing;
            const weight = weigh({ from: thing.quantity, to, passed: thing.passed }, now);
            if (weight === 'returned') delete thing.passed;
            if (weight === 'large') {
              const lately = things.flatMap(({ passed }, i) =>
                passed && passed.at > countedSince(undefined, now) ? [i] : [],
              );
              if (isTooMany(new Set([...lately, place]).size, 60, { percent, least })) continue;
              thing.passed = { at: now, from: firstFrom(thing.passed, thing.quantity, now) };
            }
            thing.quantity = to;
            // Of the items that changed within the hour, those far from their earlier number.
            const far = things.filter(
              ({ passed, quantity }) =>
                passed && at - passed.at.getTime() < 3_600_000 && isLargeChange(passed.from, quantity),
            );
            expect(far.length === 0 || far.length < least || far.length * 100 <= 60 * percent).toBe(true);
          }
        },
      ),
    );
  });
});
