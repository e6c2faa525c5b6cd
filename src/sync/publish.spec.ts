import { describe, expect, it } from '@jest/globals';
import { numberToTell } from './publish.js';

const rules = { buffer: 0, cap: null, paused: false };

describe('the number that a channel is told', () => {
  it.each([
    ['what is available', 7, rules, 'live', 7],
    ['never less than nothing', -3, rules, 'live', 0],
    ['less the buffer', 7, { ...rules, buffer: 2 }, 'live', 5],
    ['nothing when the buffer is larger', 1, { ...rules, buffer: 2 }, 'live', 0],
    ['at most the cap', 70, { ...rules, cap: 10 }, 'live', 10],
    ['nothing when the listing is paused', 7, { ...rules, paused: true }, 'live', 0],
    ['nothing when selling is stopped', 7, rules, 'zero', 0],
    ['the same in shadow, where it is only shown', 7, rules, 'shadow', 7],
  ] as const)('is %s', (_name, available, listing, publishing, told) => {
    expect(numberToTell(available, listing, publishing)).toBe(told);
  });
});
