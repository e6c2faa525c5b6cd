import { leaseTimes } from './lease-times.js';

/** The right to work on something, of one owner at a time. See `LeaseField` for how it is stored. */
export interface Lease {
  /** Takes it. Gives back the name of the new owner, or null: another one has it. */
  claim(until: Date): Promise<string | null>;
  /** Prolongs it, or takes it again where it has ended. False: another owner has it. */
  renew(owner: string, until: Date): Promise<boolean>;
  release(owner: string): Promise<void>;
}

/**
 * Runs `work` under a lease and renews it. Null when another process has it. `ttlMs`: how long it lasts without renewal. A process that slept, or
 * whose renewals failed, sees by `isOurs` that another one may have taken it over.
 */
export async function underLease<T>(
  lease: Lease,
  work: (isOurs: () => boolean) => Promise<T>,
  ttlMs = leaseTimes.leaseMs(),
): Promise<T | null> {
  const until = () => new Date(Date.now() + ttlMs);
  let endsAt = performance.now() + ttlMs;
  const owner = await lease.claim(until());
  if (owner === null) return null;
  let renewed: Promise<unknown> = Promise.resolve();
  const renew = () => {
    const next = performance.now() + ttlMs;
    renewed = lease.renew(owner, until()).then(
      (isOurs) => (endsAt = isOurs ? next : 0),
      () => undefined,
    );
  };
  const renewal = setInterval(renew, ttlMs / 3);
  try {
    return await work(() => performance.now() < endsAt);
  } finally {
    clearInterval(renewal);
    // A renewal after the end would lock out every process.
    await renewed;
    // If it fails, the lease ends by itself; the work is done all the same.
    await lease.release(owner).catch(() => undefined);
  }
}
