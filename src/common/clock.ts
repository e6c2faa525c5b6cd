/** Clocks of different machines are no further apart, in milliseconds. */
export const CLOCK_SKEW_MS = 1_000;

/** A stored time that this clock has not reached: the clock that wrote it was wrong, or this one was set back. */
export function isAhead(at: Date, now = new Date()): boolean {
  return at.getTime() > now.getTime() + CLOCK_SKEW_MS;
}

/** Whether less than `ms` have passed since then. A time ahead of the clock counts as old. */
export function isWithin(at: Date, ms: number, now = new Date()): boolean {
  return !isAhead(at, now) && now.getTime() - at.getTime() < ms;
}

/** A time that another system names, but at most `ms` from now. One that is no time at all counts as that. */
export function atMostAhead(at: Date, ms: number, now = new Date()): Date {
  const latest = now.getTime() + ms;
  return new Date(Number.isNaN(at.getTime()) ? latest : Math.min(at.getTime(), latest));
}
