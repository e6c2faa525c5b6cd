/**
 * The database of `npm start` for a command that needs nothing else: the given one, the running one, or
 * one that is started for the duration.
 */
import { findServices, KINDS } from '../services/finder.mjs';
import { givenDatabase } from '../services/given.mjs';
import { pingDatabase } from '../services/probe.mjs';
import { readEnvironment } from './env.mjs';
import { StartError } from './errors.mjs';
import { cacheDir, serviceSet } from './paths.mjs';
import { sandboxWanted } from './placeholders.mjs';
import { checkDisk } from './preflight.mjs';
import { openSession } from './session.mjs';
import { readState } from './state.mjs';

/** Only selects the database; nothing is called there. */
const SANDBOX_URL = 'http://127.0.0.1:4010';

/**
 * @template T
 * @param {{ root: string, output: import('./output.mjs').Output }} where
 * @param {(env: Record<string, string | undefined>) => Promise<T>} use  receives the environment of the
 * app
 * @returns {Promise<T>}
 */
export async function withLocalDatabase({ root, output }, use) {
  const environment = readEnvironment(root);
  const set = serviceSet('dev', { root });
  const env = { ...environment.values, ...(sandboxWanted(environment) ? { SANDBOX_URL } : {}) };
  const url = await runningDatabase(environment, set);
  if (url) return use({ ...env, MONGODB_URI: url });

  checkDisk([set.dir, cacheDir()]);
  const opened = openSession(set, root);
  if ('heldBy' in opened)
    throw new StartError(`npm start (process ${opened.heldBy.pid}) is still starting. Try again once it runs.`);
  const { session } = opened;
  try {
    const wanted = { session, environment, output, root, cacheDir: cacheDir() };
    const { database } = await findServices(
      wanted,
      KINDS.filter(({ kind }) => kind === 'database'),
    );
    return await use({ ...env, MONGODB_URI: database.url });
  } finally {
    await session.stopKind('database');
    session.release();
  }
}

/** @returns {Promise<string | null>} a given, final address, or one that answers */
async function runningDatabase(environment, set) {
  const given = givenDatabase(environment);
  if (given && (!given.sample || (await pingDatabase(given.url)).ok)) return given.url;
  const running = readState(set.dir).services.database;
  return running && (await pingDatabase(running.url)).ok ? running.url : null;
}
