/** The share from which on changes wait for a person. */
export interface BrakeLimits {
  /** More than this share of all, in per cent. */
  readonly percent: number;
  /** And at least this many. */
  readonly least: number;
}

/** A large change that was published: its time, and the number before it. */
export interface LargeChange {
  readonly at: Date;
  readonly from: number;
}

/** How long a published large change counts together with later ones, in milliseconds. */
const WINDOW_MS = 3_600_000;

/**
 * Whether a number becomes 0, or changes by more than half. From 0 or below no change is large: nothing
 * can be lost. Pure.
 */
export function isLargeChange(from: number, to: number): boolean {
  const before = Math.max(0, from);
  const after = Math.max(0, to);
  return before > 0 && (after === 0 || Math.abs(after - before) * 2 > before);
}

/** Whether this many of all are too many without a person's approval. Pure. */
export function isTooMany(count: number, of: number, { percent, least }: BrakeLimits): boolean {
  return count > 0 && count >= least && count * 100 > of * percent;
}

/**
 * The weight of a change. `calm`: not counted. `returned`: it undoes a large one of the last hour, which
 * then no longer counts. `large`: counted with all others. Pure.
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

/** The number before several large steps within the hour. Pure. */
export function firstFrom(passed: LargeChange | undefined, from: number, now: Date): number {
  return passed !== undefined && isRecent(passed, now) ? passed.from : from;
}

/** The time from which on published large changes count: those before a person's approval do not. Pure. */
export function countedSince(approvedAt: Date | undefined, now: Date): Date {
  return new Date(Math.max(approvedAt?.getTime() ?? 0, now.getTime() - WINDOW_MS));
}

function isRecent({ at }: LargeChange, now: Date): boolean {
  return now.getTime() - at.getTime() < WINDOW_MS;
}
