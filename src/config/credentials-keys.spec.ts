import { parseCredentialsKeys } from './credentials-keys.js';

const KEY = Buffer.alloc(32, 7).toString('base64');

describe('keys for credentials', () => {
  it('have a name and 32 bytes each, the newest first', () => {
    expect(parseCredentialsKeys(`b:${KEY}, a:${KEY}`).map(({ id, key }) => [id, key.length])).toEqual([
      ['b', 32],
      ['a', 32],
    ]);
  });

  it.each([
    KEY,
    `a:${KEY.slice(4)}`,
    `a:${Buffer.alloc(31).toString('base64')}`,
    `:${KEY}`,
    `a b:${KEY}`,
    `a:${KEY},`,
    `a:${KEY},a:${KEY}`,
    'a:not base64',
  ])('are refused otherwise, without being repeated', (text) => {
    let said = '';
    try {
      parseCredentialsKeys(text);
    } catch (error) {
      said = (error as Error).message;
    }
    expect(said).toMatch(/^id:key/);
    expect(said).not.toContain(KEY.slice(0, 12));
  });
});
