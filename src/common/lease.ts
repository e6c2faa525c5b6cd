import { timeOrderedId } from './ids.js';
import { leaseTimes } from './lease-times.js';

/** Names this process among all that use the same database. */
export const PROCESS_NAME = `p${timeOrderedId()}`;

/** The right to work on something, of one owner at a time. See `LeaseField` for how it is stored. */
export interface Lease {
  /** Takes it, or renews it. False: another owner has it. */
  claim(owner: string, until: Date): Promise<boolean>;
  release(owner: string): Promise<void>;
}

/** Runs `work` under a lease and renews it. Null when another process has it. `ttlMs`: how long it lasts without renewal. */
export async function underLease<T>(
  lease: Lease,
  work: () => Promise<T>,
  ttlMs = leaseTimes.leaseMs(),
): Promise<T | null> {
  const owner = `${PROCESS_NAME}/${timeOrderedId()}`;
  const until = () => new Date(Date.now() + ttlMs);
  if (!(await lease.claim(owner, until()))) return null;
  let renewed: Promise<unknown> = Promise.resolve();
  const renew = () => {
    renewed = lease.claim(owner, until()).catch(() => undefined);
  };
  const renewal = setInterval(renew, ttlMs / 3);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    // A renewal after the end would lock out every process.
    await renewed;
    await lease.release(owner);
  }
}
