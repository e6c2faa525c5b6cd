/**
 * The time to live of a lease, and the times that hang on it. Whatever waits for a process that may have died waits for a part or a
 * multiple of the same time, so that no takeover comes before the one that it depends on.
 */
let leaseTtlMs = 10_000;

/** Set once, before any work starts. @param ms as configured (`LEASE_TTL_MS`) */
export function setLeaseTtlMs(ms: number): void {
  leaseTtlMs = ms;
}

export const leaseTimes = {
  /** How long new work is left to its job before the sweeper wakes it up, in milliseconds. */
  visibilityTimeoutMs: () => leaseTtlMs * 0.3,
  /** How long a lease lasts without renewal, in milliseconds: after a crash the work waits no longer than this. */
  leaseMs: () => leaseTtlMs,
  /** How long the sweeper leaves work alone that it woke up, in milliseconds. */
  againMs: () => leaseTtlMs * 1.5,
  /** When a call without a report counts as lost, in milliseconds. Calls to a channel must end earlier: they give up after a minute. */
  callTimeoutMs: () => leaseTtlMs * 7,
} as const;
