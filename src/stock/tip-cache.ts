import { type Balance } from './ledger.types.js';

const REMEMBERED = 50_000;
/** How long an entry that others write to is read before it is written, in milliseconds. */
const SHARED_MS = 1_000;

/**
 * The newest movement of each entry as this process last knew it. Movements never change, so a balance computed from one is right if the
 * next seq is still free; whether it is, the insert alone decides.
 */
export class TipCache {
  private readonly heads = new Map<string, Balance>();
  private readonly sharedUntil = new Map<string, number>();

  /** As last known; undefined: never seen. */
  last(entry: string): Balance | undefined {
    return this.heads.get(entry);
  }

  /** What to build on without reading it again. Undefined where others write too, or nothing is known. */
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

  /** Somebody else took a seq: for a while it is read first. */
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
