/** From which share on changes wait for a person. */
export interface BrakeLimits {
  /** More than this share of everything, in per cent. */
  readonly percent: number;
  /** And at least so many. */
  readonly least: number;
}

/** A large change that went through: when, and what was there before it. */
export interface LargeChange {
  readonly at: Date;
  readonly from: number;
}

/** For so long a large change that went through counts together with those that come after it, in milliseconds. */
const WINDOW_MS = 3_600_000;

/**
 * Whether a number would become 0, or change by more than half of what it was. From nothing (0, or below: oversold) nothing is large: there
 * is nothing to lose. Pure.
 */
export function isLargeChange(from: number, to: number): boolean {
  const before = Math.max(0, from);
  const after = Math.max(0, to);
  return before > 0 && (after === 0 || Math.abs(after - before) * 2 > before);
}

/** Whether so many of all are more than may change without a person. Pure. */
export function isTooMany(count: number, of: number, { percent, least }: BrakeLimits): boolean {
  return count > 0 && count >= least && count * 100 > of * percent;
}

/**
 * What a change is. `calm`: nothing to count. `returned`: it takes a large one of the last hour back, which then counts no more.
 * `large`: to be counted with all others. Pure.
 */
export function weigh(
  change: { from: number; to: number; passed?: LargeChange | undefined },
  now: Date,
): 'calm' | 'returned' | 'large' {
  const { from, to, passed } = change;
  if (passed !== undefined && isRecent(passed, now) && to !== from && !isLargeChange(passed.from, to))
    return 'returned';
  return isLargeChange(from, to) ? 'large' : 'calm';
}

/** What there was before several large steps within the hour: before the first of them. Pure. */
export function firstFrom(passed: LargeChange | undefined, from: number, now: Date): number {
  return passed !== undefined && isRecent(passed, now) ? passed.from : from;
}

/** From which time on large changes that went through count: those that a person has looked at do not. Pure. */
export function countedSince(approvedAt: Date | undefined, now: Date): Date {
  return new Date(Math.max(approvedAt?.getTime() ?? 0, now.getTime() - WINDOW_MS));
}

function isRecent({ at }: LargeChange, now: Date): boolean {
  return now.getTime() - at.getTime() < WINDOW_MS;
}
