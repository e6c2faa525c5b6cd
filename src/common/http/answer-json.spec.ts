import fc from 'fast-check';
import { parseAnswerJson } from './answer-json.js';
import { AnswerTooLargeError } from './outbound.service.js';

describe('the JSON of an answer', () => {
  it('is what JSON.parse makes of it', () => {
    fc.assert(fc.property(fc.json(), (text) => expect(parseAnswerJson(text)).toEqual(JSON.parse(text))));
  });

  it('is undefined for any text that is not JSON', () => {
    for (const text of ['', '{', '<html>', '{"a":1', '"a', '"\\', ']', ':'])
      expect(parseAnswerJson(text)).toBeUndefined();
  });

  it('counts nothing within strings', () => {
    const text = '[]{},:\\"'.repeat(100_000);
    expect(parseAnswerJson(JSON.stringify([text]))).toEqual([text]);
  });

  it('is not JSON of a platform when it is nested deeply', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(parseAnswerJson(nested(100))).toBeDefined();
    expect(parseAnswerJson(nested(101))).toBeUndefined();
    expect(parseAnswerJson(nested(1_000_000))).toBeUndefined();
  });

  it.each([
    ['values', `[${'1,'.repeat(300_000)}1]`],
    ['empty objects', `[${'{},'.repeat(150_000)}{}]`],
    ['members', `{${Array.from({ length: 5_001 }, (_, i) => `"k${i}":1`).join()}}`],
  ])('is too large with too many %s', (_what, text) => {
    expect(() => parseAnswerJson(text)).toThrow(AnswerTooLargeError);
  });
});
