import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TipCache } from './tip-cache.js';

const HEAD = { seq: 4, quantity: 9, reserved: 1 };

describe('the cached tip of a chain', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    jest.advanceTimersByTime(1);
  });
  afterEach(() => void jest.useRealTimers());

  it('is used without reading until another process writes there', () => {
    const heads = new TipCache();
    expect(heads.trusted('A')).toBeUndefined();
    heads.note('A', HEAD);
    expect(heads.trusted('A')).toEqual(HEAD);
    heads.overtaken('A');
    expect(heads.trusted('A')).toBeUndefined();
    expect(heads.last('A')).toEqual(HEAD);
  });

  it('is used again once no other process has written there for a while', () => {
    const heads = new TipCache();
    heads.note('A', HEAD);
    heads.overtaken('A');
    jest.advanceTimersByTime(60_000);
    expect(heads.trusted('A')).toEqual(HEAD);
  });
});
