/**
 * The key that seals credentials in the database of `npm start`: created at the first start, stored beside
 * its data.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isPlaceholder } from './placeholders.mjs';

const FILE = 'credentials.key';

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} dir  of the set that the database belongs to
 * @returns {Record<string, string>} the missing variables; none if the environment has keys, and in
 * production
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
