import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LRUCache } from 'lru-cache';
import { forgottenAfter } from '../../../../src/common/ttl.js';
import { Random } from '../random.js';
import { Process, Timeline } from './timeline.js';
import { inVirtualTime, virtualizeGlobals } from './virtual-globals.js';
import { Weather } from './weather.js';

describe('virtual time', () => {
  let undo: () => void;
  beforeEach(() => {
    undo = virtualizeGlobals();
  });
  afterEach(() => undo());

  it('decides what a cache has forgotten', async () => {
    const random = new Random(1);
    const line = new Timeline(random, new Weather(random), false);
    line.current = new Process('p1');
    await inVirtualTime(line, async () => {
      const cache = new LRUCache<string, true>({ max: 10, ...forgottenAfter(60_000) });
      cache.set('key', true);
      expect(cache.has('key')).toBe(true);
      line.now += 60_001;
      expect(cache.has('key')).toBe(false);
    });
  });
});
