import { type SealingKey } from './sealing-key.js';

const FORM =
  'id:key, or several separated by commas, the newest first: a name of letters and digits, and 32 bytes in base64';
const KEY_BYTES = 32;

/**
 * The keys that seal credentials in the database: the first one seals, the others still open what was sealed before.
 * @throws Error with the expected form; it never repeats the text
 */
export function parseCredentialsKeys(text: string): readonly SealingKey[] {
  const keys = text.split(',').map((part) => {
    const [, id = '', encoded = ''] = /^\s*([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)\s*$/.exec(part) ?? [];
    const key = Buffer.from(encoded, 'base64');
    if (id === '' || key.length !== KEY_BYTES) throw new Error(FORM);
    return { id, key };
  });
  if (new Set(keys.map(({ id }) => id)).size < keys.length) throw new Error(`${FORM}; each name once`);
  return keys;
}
