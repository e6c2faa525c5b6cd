/**
 * Addresses that the user has given. They are final, with one exception: the sample values of
 * `.env.example`, read from `.env` during development, because everyone copies that file before anything
 * runs.
 */
import { isPlaceholder } from '../lib/placeholders.mjs';
import { shownUrl } from '../lib/state.mjs';

export const SAMPLE = {
  MONGODB_URI: 'mongodb://localhost:27017/stock_orchestrator',
  REDIS_HOST: 'localhost',
  REDIS_PORT: '6379',
};

/**
 * @typedef {object} Given
 * @property {string} url
 * @property {string} shown   for people: no password in it
 * @property {string} names   the variables it was given by
 * @property {boolean} sample the sample values of `.env.example`: may be passed over when nothing answers
 */

/**
 * @param {import('../lib/env.mjs').Environment} environment
 * @returns {Given | null}
 */
export function givenRedis({ values, fromFile, production }) {
  if (!isPlaceholder(values.REDIS_URL))
    return { url: values.REDIS_URL, shown: shownUrl(values.REDIS_URL), names: 'REDIS_URL', sample: false };
  const names = ['REDIS_HOST', 'REDIS_PORT'].filter((name) => !isPlaceholder(values[name]));
  if (names.length === 0) return null;
  const host = values.REDIS_HOST || 'localhost';
  const port = values.REDIS_PORT || '6379';
  const bracketed = host.includes(':') ? `[${host}]` : host;
  const sample = !production && names.every((name) => fromFile.has(name) && values[name] === SAMPLE[name]);
  return { url: `redis://${bracketed}:${port}`, shown: `${host}:${port}`, names: names.join(', '), sample };
}

/**
 * @param {import('../lib/env.mjs').Environment} environment
 * @returns {Given | null}
 */
export function givenDatabase({ values, fromFile, production }) {
  const uri = values.MONGODB_URI;
  if (isPlaceholder(uri)) return null;
  const sample = !production && fromFile.has('MONGODB_URI') && uri === SAMPLE.MONGODB_URI;
  return { url: uri, shown: shownUrl(uri), names: 'MONGODB_URI', sample };
}
