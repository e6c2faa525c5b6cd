/** The key that seals credentials in the database of `npm start`: made at the first start, kept beside its data. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isPlaceholder } from './placeholders.mjs';

const FILE = 'credentials.key';

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} dir  of the set whose database it is for
 * @returns {Record<string, string>} what the environment lacks; nothing where it gives keys, and in production
 */
export function ownCredentialsKey(env, dir) {
  if (env.NODE_ENV === 'production' || !isPlaceholder(env.CREDENTIALS_KEYS)) return {};
  const path = join(dir, FILE);
  if (!existsSync(path)) {
    mkdirSync(dir, { recursive: true });
    writeFileSync(path, `local:${randomBytes(32).toString('base64')}`, { mode: 0o600 });
  }
  return { CREDENTIALS_KEYS: readFileSync(path, 'utf8').trim() };
}
