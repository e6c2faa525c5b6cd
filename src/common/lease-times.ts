/**
 * The time to live of a lease, and the times derived from it. Everything that waits for a process that may
 * have died waits for a fraction or a multiple of it, so that these times keep their order at any setting.
 */
let leaseTtlMs = 10_000;

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
  /**
   * When a call without a report counts as lost, in milliseconds. Calls to a channel time out earlier,
   * after a minute.
   */
  callTimeoutMs: () => leaseTtlMs * 7,
} as const;
