/**
 * Options of an `LRUCache` whose values are forgotten after `ttl` milliseconds, exactly. They age by the monotonic clock, which is looked up
 * at each use, so that tests that set the time decide about caches, too.
 */
export function forgottenAfter(ttl: number) {
  return { ttl, ttlResolution: 0, perf: { now: () => performance.now() } };
}

/** Options of an `LRUCache` of at most so many entries. It grows as needed: with `max` it would take the room for all of them at once. */
export function atMost(entries: number) {
  return { maxSize: entries, sizeCalculation: () => 1 };
}
