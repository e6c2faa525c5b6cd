/**
 * The pace at which work that somebody began and did not finish is taken over. Everything that waits for a process which may have died
 * waits for a part or a multiple of the same time, so that no takeover comes before the one that it depends on.
 */
let takeoverMs = 10_000;

/** Decided once, before anything works. @param ms as configured */
export function setTakeoverMs(ms: number): void {
  takeoverMs = ms;
}

export const leaseTimes = {
  /** How long fresh work is left to the queue before the sweeper looks at it, in milliseconds. */
  graceMs: () => takeoverMs * 0.3,
  /** How long a lease lasts that nobody renews, in milliseconds: after a crash the work waits no longer than this. */
  leaseMs: () => takeoverMs,
  /** How long work that was hinted at again is left alone before it is hinted at once more, in milliseconds. */
  againMs: () => takeoverMs * 1.5,
  /** After which time a call that nobody has reported on is held for lost, in milliseconds. No call to a channel may last as long: they give up after a minute. */
  lostCallMs: () => takeoverMs * 7,
} as const;
