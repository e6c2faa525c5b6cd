import { parseApiKeys } from '../../config/api-keys.js';
import { findKey, mayUse, presentedKey } from './api-key-check.js';

const keys = parseApiKeys('ops:0123456789abcdef,shop:fedcba9876543210:read');

describe('API keys', () => {
  it('are read from x-api-key or from a Bearer token', () => {
    expect(presentedKey({ 'x-api-key': 'k1' })).toBe('k1');
    expect(presentedKey({ authorization: 'bearer k2' })).toBe('k2');
    expect(presentedKey({ 'x-api-key': 'k1', authorization: 'Bearer k2' })).toBe('k1');
  });

  it.each([{}, { authorization: 'Basic azI=' }, { authorization: 'Bearer' }, { 'x-api-key': '' }])(
    'are not read from %j',
    (headers) => {
      expect(presentedKey(headers)).toBeUndefined();
    },
  );

  it('match by their whole value, not by their name or a part', () => {
    expect(findKey('fedcba9876543210', keys)?.name).toBe('shop');
    expect(findKey('0123456789abcdef', keys)?.name).toBe('ops');
    for (const wrong of ['ops', '0123456789abcde', '0123456789abcdef0', ''])
      expect(findKey(wrong, keys)).toBeUndefined();
  });

  it('that are read-only cannot write', () => {
    const [ops, shop] = keys;
    if (!ops || !shop) throw new Error('two keys were configured');
    expect(['GET', 'HEAD', 'POST', 'DELETE'].map((method) => mayUse(shop, method))).toEqual([true, true, false, false]);
    expect(mayUse(ops, 'POST')).toBe(true);
  });
});
