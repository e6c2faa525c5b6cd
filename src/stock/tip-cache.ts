import { type Balance } from './ledger.types.js';

const REMEMBERED = 50_000;
/** How long the tip is read before each write to an entry that another process writes to, in milliseconds. */
const SHARED_MS = 1_000;

/**
 * The newest known movement of each entry. Movements never change, so a balance computed from a cached tip
 * is right if the next seq is still free, and the insert decides that.
 */
export class TipCache {
  private readonly heads = new Map<string, Balance>();
  private readonly sharedUntil = new Map<string, number>();

  /** The last known tip; undefined: none. */
  last(entry: string): Balance | undefined {
    return this.heads.get(entry);
  }

  /** The tip to build on without reading. Undefined when another process writes there, or when no tip is known. */
  trusted(entry: string, now = Date.now()): Balance | undefined {
    const until = this.sharedUntil.get(entry);
    if (until !== undefined && until > now) return undefined;
    if (until !== undefined) this.sharedUntil.delete(entry);
    return this.heads.get(entry);
  }

  note(entry: string, head: Balance): void {
    this.heads.delete(entry);
    this.heads.set(entry, head);
    forgetOldest(this.heads);
  }

  /** Another process took a seq: for a while the tip is read before each write. */
  overtaken(entry: string, now = Date.now()): void {
    this.sharedUntil.delete(entry);
    this.sharedUntil.set(entry, now + SHARED_MS);
    forgetOldest(this.sharedUntil);
  }
}

function forgetOldest(map: Map<string, unknown>): void {
  if (map.size <= REMEMBERED) return;
  const oldest = map.keys().next().value;
  if (oldest !== undefined) map.delete(oldest);
}
