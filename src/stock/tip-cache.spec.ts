import { describe, expect, it } from '@jest/globals';
import { TipCache } from './tip-cache.js';

const HEAD = { seq: 4, quantity: 9, reserved: 1 };

describe('the cached tip of a chain', () => {
  it('is used without reading until another process writes there', () => {
    const heads = new TipCache();
    expect(heads.trusted('A', 0)).toBeUndefined();
    heads.note('A', HEAD);
    expect(heads.trusted('A', 0)).toEqual(HEAD);
    heads.overtaken('A', 0);
    expect(heads.trusted('A', 0)).toBeUndefined();
    expect(heads.last('A')).toEqual(HEAD);
  });

  it('is used again once no other process has written there for a while', () => {
    const heads = new TipCache();
    heads.note('A', HEAD);
    heads.overtaken('A', 0);
    expect(heads.trusted('A', 60_000)).toEqual(HEAD);
  });
});
