/** Where things are kept: the checkout, its `.local/` folder, and the cache folder that all clones of one user share. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout this script belongs to. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');

/** Downloads and installations that the next clone reuses. */
export function cacheDir(env = process.env) {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'stock-orchestrator');
}

/**
 * @typedef {object} ServiceSet  one Redis and one database with ports and data of their own
 * @property {string} name
 * @property {string} dir          everything of the set: state, data, logs
 * @property {string} dataDir
 * @property {string} logDir
 * @property {string} runDir       sockets and pid files
 * @property {string} databaseName
 * @property {number} redisPort    preferred; the next free one is taken when it is not free
 * @property {number} databasePort
 */

/**
 * @param {'dev' | 'test'} kind  keeps `npm start` and `npm test` apart
 * @param {{ root?: string, number?: number }} [where]  `number`: the second, third ... set of its kind,
 * for parallel runs
 * @returns {ServiceSet}
 */
export function serviceSet(kind, { root = ROOT, number = 1 } = {}) {
  const name = number === 1 ? kind : `${kind}-${number}`;
  const dir = join(root, '.local', name);
  const first = kind === 'dev' ? { redis: 63790, database: 27117 } : { redis: 63890, database: 27217 };
  // Sets that start at the same moment must not try the same port.
  const apart = 10 * (number - 1);
  const ports = { redisPort: first.redis + apart, databasePort: first.database + apart };
  const databaseName = kind === 'dev' ? 'stock_orchestrator' : 'stock_orchestrator_test';
  return {
    name,
    dir,
    dataDir: join(dir, 'data'),
    logDir: join(dir, 'logs'),
    runDir: join(dir, 'run'),
    databaseName,
    ...ports,
  };
}
