import { LRUCache } from 'lru-cache';
import { atMost, forgottenAfter } from '../common/ttl.js';
import { type Balance } from './ledger.types.js';

const REMEMBERED = 50_000;
/** How long the tip is read before each write to an entry that another process writes to, in milliseconds. */
const SHARED_MS = 1_000;

/**
 * The newest known movement of each entry. Movements never change, so a balance computed from a stale tip
 * is right if the next seq is still free, and the insert decides that. An evicted tip is read from the chain.
 */
export class TipCache {
  private readonly heads = new LRUCache<string, Balance>(atMost(REMEMBERED));
  /** Entries that others write to. Where one is evicted too early, an insert is refused and tried again on what is read. */
  private readonly shared = new LRUCache<string, true>({ ...atMost(REMEMBERED), ...forgottenAfter(SHARED_MS) });

  /** The last known tip; undefined: none. */
  last(entry: string): Balance | undefined {
    return this.heads.get(entry);
  }

  /** The tip to build on without reading. Undefined when another process writes there, or when no tip is known. */
  trusted(entry: string): Balance | undefined {
    return this.shared.has(entry) ? undefined : this.heads.get(entry);
  }

  note(entry: string, head: Balance): void {
    this.heads.set(entry, head);
  }

  /** Another process took a seq: for a while the tip is read before each write. */
  overtaken(entry: string): void {
    this.shared.set(entry, true);
  }
}
