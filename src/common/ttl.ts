/**
 * Options of an `LRUCache` whose values are forgotten after `ttl` milliseconds, exactly. They age by the monotonic clock, which is looked up
 * at each use, so that tests that set the time decide about caches, too.
 */
export function forgottenAfter(ttl: number) {
  return { ttl, ttlResolution: 0, perf: { now: () => performance.now() } };
}
