import { describe, expect, it } from '@jest/globals';
import { KeyWatch } from './key-watch.js';

describe('the search for repeated keys of a chain', () => {
  it('finds every key that occurs twice, and suspects few others in a long chain', () => {
    const watch = new KeyWatch();
    const count = 120_000;
    let suspected = 0;
    for (let i = 0; i < count; i++) if (watch.seen(`falabella/FAL-${i}/1/0`)) suspected += 1;
    expect(suspected).toBeLessThan(count / 1_000);
    for (let i = 0; i < count; i += 997) expect(watch.seen(`falabella/FAL-${i}/1/0`)).toBe(true);
  });

  it('suspects no key in a chain of ordinary length', () => {
    const watch = new KeyWatch();
    const keys = Array.from({ length: 40_000 }, (_, i) => `k${i}`);
    expect(keys.some((key) => watch.seen(key))).toBe(false);
    expect(watch.seen('k7')).toBe(true);
  });
});
