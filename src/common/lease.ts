import { timeOrderedId } from './ids.js';

/** Names this process among all that work on the same database. */
export const PROCESS_NAME = `p${timeOrderedId()}`;

/** How long a lease lasts that nobody renews, in milliseconds: after a crash the work waits no longer than this. */
const LEASE_MS = 10_000;

export interface Leases {
  claim(owner: string, until: Date): Promise<boolean>;
  unclaim(owner: string): Promise<void>;
}

/** Runs `work` while nobody else does, renewing the lease meanwhile. Null when somebody else has it. */
export async function underLease<T>(leases: Leases, work: () => Promise<T>): Promise<T | null> {
  const owner = `${PROCESS_NAME}/${timeOrderedId()}`;
  const until = () => new Date(Date.now() + LEASE_MS);
  if (!(await leases.claim(owner, until()))) return null;
  const renewal = setInterval(() => void leases.claim(owner, until()).catch(() => undefined), LEASE_MS / 3);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    await leases.unclaim(owner);
  }
}
