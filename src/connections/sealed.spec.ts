import { randomBytes } from 'node:crypto';
import { seal, SealError, unseal } from './sealed.js';

const key = (id: string) => ({ id, key: randomBytes(32) });

describe('a sealed secret', () => {
  const [old, young] = [key('2025'), key('2026')];

  it('is opened with its key, whatever other keys exist', () => {
    const sealed = seal('señal ñandú', 'odoo-2', old);
    expect(unseal(sealed, 'odoo-2', [young, old])).toBe('señal ñandú');
    expect(JSON.stringify(sealed)).not.toContain('ñandú');
  });

  it('is never the same twice', () => {
    expect(seal('x', 'a', old).data).not.toBe(seal('x', 'a', old).data);
  });

  it('cannot replace another one', () => {
    expect(() => unseal(seal('x', 'odoo-2', old), 'odoo-3', [old])).toThrow(SealError);
  });

  it('names the missing key', () => {
    expect(() => unseal(seal('x', 'a', old), 'a', [young])).toThrow('the key 2025, which is not given');
  });

  it('reports a key of the right name that does not fit', () => {
    expect(() => unseal(seal('x', 'a', old), 'a', [{ ...young, id: '2025' }])).toThrow('does not open it');
  });

  it.each(['nonce', 'tag', 'data'] as const)('is refused with another %s', (part) => {
    const sealed = seal('a longer secret', 'a', old);
    expect(() => unseal({ ...sealed, [part]: seal('a longer secret', 'a', old)[part] }, 'a', [old])).toThrow(SealError);
  });
});
