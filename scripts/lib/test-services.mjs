/** Redis and a database with separate ports and data, for tests and benchmarks. */
import { findServices } from '../services/finder.mjs';
import { withDatabase } from '../services/sources.mjs';
import { StartError } from './errors.mjs';
import { cacheDir, ROOT, serviceSet } from './paths.mjs';
import { openSession } from './session.mjs';

const MOST_RUNS_AT_ONCE = 8;

/** Finds or starts them. @returns {Promise<Record<string, string>>} the environment with their addresses */
export async function servicesFor(session, output) {
  // Not MONGODB_URI and REDIS_URL: those may name a shop's real database, and tests delete what they find.
  const { TEST_MONGODB_URI, TEST_REDIS_URL } = process.env;
  const values = {
    ...process.env,
    MONGODB_URI: TEST_MONGODB_URI,
    REDIS_URL: TEST_REDIS_URL,
    REDIS_HOST: undefined,
    REDIS_PORT: undefined,
  };
  const environment = { values, fromFile: new Set(), production: false };
  const { redis, database } = await findServices({ session, environment, output, root: ROOT, cacheDir: cacheDir() });
  const { hostname, port } = new URL(redis.url);
  const uri = TEST_MONGODB_URI ?? withDatabase(database.url, session.set.databaseName);
  const env = {
    MONGODB_URI: uri,
    TEST_MONGODB_URI: uri,
    REDIS_HOST: hostname.replace(/^\[|\]$/g, ''),
    REDIS_PORT: port || '6379',
  };
  return TEST_REDIS_URL ? { ...env, REDIS_URL: TEST_REDIS_URL } : env;
}

/** The next set that no other run holds, so that two runs in one checkout are separate. */
export function openTestSession() {
  for (let number = 1; number <= MOST_RUNS_AT_ONCE; number++) {
    const opened = openSession(serviceSet('test', { number }), ROOT);
    if ('session' in opened) return { session: opened.session, number };
  }
  throw new StartError(`${MOST_RUNS_AT_ONCE} runs of the tests are under way in this checkout already.`);
}
