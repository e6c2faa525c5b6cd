import { TtlCache } from './ttl-cache.js';

it('forgets a value when its time is over', () => {
  let now = 0;
  const cache = new TtlCache<string>(100, 10, () => now);
  cache.set('a', 'one');
  now = 99;
  expect(cache.get('a')).toBe('one');
  now = 100;
  expect(cache.get('a')).toBeUndefined();
});

it('holds at most its capacity, and drops the oldest first', () => {
  const cache = new TtlCache<number>(100, 2, () => 0);
  for (const [index, key] of ['a', 'b', 'a', 'c'].entries()) cache.set(key, index);
  expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual([2, undefined, 3]);
});
