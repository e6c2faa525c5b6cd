/** The environment of every started program: the real one, with the values of `.env` as defaults. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

/**
 * @typedef {object} Environment
 * @property {Record<string, string | undefined>} values
 * @property {Set<string>} fromFile    the names whose value comes from `.env`
 * @property {boolean} production
 */

/**
 * @param {string} root
 * @param {NodeJS.ProcessEnv} [real]  wins over the file; a variable that is set but empty is set
 * @returns {Environment}
 */
export function readEnvironment(root, real = process.env) {
  let file = {};
  try {
    file = parseEnv(readFileSync(join(root, '.env'), 'utf8'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  const fromFile = new Set(Object.keys(file).filter((name) => real[name] === undefined));
  const values = { ...file, ...real };
  return { values, fromFile, production: values.NODE_ENV === 'production' };
}
