import { describe, expect, it } from '@jest/globals';
import { atMostAhead, CLOCK_SKEW_MS, isAhead, isWithin } from './clock.js';

describe('a stored time', () => {
  const now = new Date('2026-03-01T12:00:00Z');
  const at = (ms: number) => new Date(now.getTime() + ms);

  it('is within a span that has not passed since then', () => {
    expect([-1, -999, -1_000, -5_000].map((ms) => isWithin(at(ms), 1_000, now))).toEqual([true, true, false, false]);
  });

  it('counts as old when it is ahead by more than clocks differ', () => {
    expect([0, CLOCK_SKEW_MS, CLOCK_SKEW_MS + 1].map((ms) => isAhead(at(ms), now))).toEqual([false, false, true]);
    expect(isWithin(at(CLOCK_SKEW_MS), 1_000, now)).toBe(true);
    expect(isWithin(at(3_600_000), 1_000, now)).toBe(false);
  });

  it('is no further ahead than it may be when another system names it', () => {
    const named = [at(-5_000), at(400), at(99_999_999_999_000), new Date(Number.NaN), new Date(8.65e15)];
    expect(named.map((time) => atMostAhead(time, 1_000, now))).toEqual([
      at(-5_000),
      at(400),
      at(1_000),
      at(1_000),
      at(1_000),
    ]);
  });
});
