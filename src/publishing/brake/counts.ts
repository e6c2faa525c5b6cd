import { LRUCache } from 'lru-cache';
import { atMost, forgottenAfter } from '../../common/ttl.js';

const TTL_MS = 60_000;

/**
 * Caches slow counts for a minute in this process. A stale count moves the brake's limit by the change of
 * one minute; an evicted one is counted again.
 */
export class Counts {
  private readonly known = new LRUCache<string, Promise<number>>({ ...atMost(1_000), ...forgottenAfter(TTL_MS) });

  of(name: string, count: () => Promise<number>): Promise<number> {
    const known = this.known.get(name);
    if (known) return known;
    const counting = count();
    this.known.set(name, counting);
    counting.catch(() => this.known.delete(name));
    return counting;
  }
}
