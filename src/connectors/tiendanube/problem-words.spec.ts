import { problemWords } from './problem-words.js';

describe('the message of an error of Tiendanube', () => {
  it.each([
    ['fields', { url: ['invalid url specified'], event: ['a', 'b'] }, 'url: invalid url specified; event: a, b'],
    [
      'an envelope',
      { code: 422, message: 'Unprocessable Entity', description: 'Too many variants sent for update' },
      'Too many variants sent for update; Unprocessable Entity',
    ],
    [
      'both at one level',
      { code: 422, message: 'Unprocessable Entity', description: null, stock: ['The stock must be at least 0.'] },
      'Unprocessable Entity; stock: The stock must be at least 0.',
    ],
    ['bad JSON', { error: 'Problems parsing JSON' }, 'Problems parsing JSON'],
    [
      'a failure of theirs',
      { code: 500, message: 'Internal Server Error', description: null },
      'Internal Server Error',
    ],
  ])('is read from %s', (_shape, body, words) => {
    expect(problemWords(body)).toBe(words);
  });

  it.each([[null], [[]], [{}], ['<html>'], [{ code: 500 }], [undefined]])('is null when there is none: %j', (body) => {
    expect(problemWords(body)).toBeNull();
  });
});
