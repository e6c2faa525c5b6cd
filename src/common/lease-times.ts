/**
 * The time to live of a lease, and the times derived from it. Everything that waits for a process that may
 * have died waits for a fraction or a multiple of it, so that these times keep their order at any setting.
 */
let leaseTtlMs = 10_000;
/** A push holds its listings until its feed is done. */
const LONGEST_LEASE_MS = 15 * 60_000;

/** Call it once, before any work starts. @param ms the setting `LEASE_TTL_MS` */
export function setLeaseTtlMs(ms: number): void {
  leaseTtlMs = ms;
}

export const leaseTimes = {
  /** How long the sweeper leaves new work to its job, in milliseconds. */
  visibilityTimeoutMs: () => leaseTtlMs * 0.3,
  /** How long a lease lasts without renewal, in milliseconds. After a crash, work waits no longer than this. */
  leaseMs: () => leaseTtlMs,
  /** How long the sweeper waits before it wakes the same work again, in milliseconds. */
  againMs: () => leaseTtlMs * 1.5,
  /** How long listings stay leased to a push that has not begun its call, and a channel to a pump without renewal, in milliseconds. */
  claimMs: () => leaseTtlMs * 0.25,
  /** No lease ends later: one that does was written by a clock that was wrong, and counts as over. */
  longestMs: () => Math.max(LONGEST_LEASE_MS, leaseTtlMs * 8),
  /** When a call without a report counts as lost at the latest, in milliseconds. */
  callTimeoutMs: () => leaseTtlMs * 7,
} as const;
