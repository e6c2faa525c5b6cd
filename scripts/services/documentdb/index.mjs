/**
 * A document database for development on a bare Debian or Ubuntu: installs it when needed, starts it, and
 * returns its address.
 */
import { access, constants, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { mongo } from 'mongoose';
import { isAlive, spawnOwned, stopOwned } from '../process.mjs';
import { ensureInstalled } from './install.mjs';
import { startPostgres } from './postgres.mjs';
import { outputOf, tailOf } from './run.mjs';

const FRONT = fileURLToPath(new URL('./front/main.mjs', import.meta.url));
const START_MS = 30_000;

/** The process for MongoDB's protocol did not start. The message ends with the last lines of its log. */
export class FrontStartError extends Error {
  /** @param {string} message @param {string} tail */
  constructor(message, tail) {
    super(tail ? `${message}\n${tail}` : message);
    this.name = 'FrontStartError';
  }
}

/**
 * Whether this source of a database is usable on this machine. Cheap; installs nothing.
 * @returns {Promise<{ ok: true } | { ok: false, reason: string }>}
 */
export async function canUseDocumentDb() {
  if (process.platform !== 'linux') return { ok: false, reason: 'not Linux' };
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  if (!/^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release)) return { ok: false, reason: 'neither Debian nor Ubuntu' };
  if (process.getuid?.() !== 0) return { ok: false, reason: 'not root' };
  const hasApt = await access('/usr/bin/apt-get', constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!hasApt) return { ok: false, reason: 'no apt-get' };
  const namespaces = await outputOf('unshare', ['--mount', '--propagation', 'private', 'echo', 'yes']);
  return namespaces === 'yes' ? { ok: true } : { ok: false, reason: 'private mounts are not allowed here' };
}

/**
 * Starts the database, and returns when it answers. Data is kept over restarts, and an acknowledged write is on disk.
 * @param {object} where
 * @param {string} where.cacheDir  the product's folder in the user's cache, shared by clones
 * @param {string} where.dataDir   belongs to this database alone
 * @param {string} where.runDir
 * @param {string} where.logDir
 * @param {number} where.port      on 127.0.0.1
 * @param {string} [where.setName] of the replica set that it says it is
 * @param {(line: string) => void} where.say
 * @returns {Promise<{ uri: string, processes: import('../process.mjs').Owned[] }>} processes in the order to stop them; PostgreSQL with SIGINT
 * @throws {import('./install-errors.mjs').InstallError} | {@link FrontStartError} | {import('./postgres-errors.mjs').PostgresStartError}
 */
export async function startDocumentDb({ cacheDir, dataDir, runDir, logDir, port, setName = 'npm-start', say }) {
  const { root } = await ensureInstalled({ cacheDir, say });
  await mkdir(runDir, { recursive: true });
  const { postgres, socketFolder } = await startPostgres({ root, dataDir, runDir, logDir, say });
  try {
    const front = await startFront({ socketFolder, logDir, port, setName });
    return { uri: uriOf(port, setName), processes: [front, postgres] };
  } catch (error) {
    await stopOwned(postgres, { signal: 'SIGINT' });
    throw error;
  }
}

/**
 * Starts only the process for MongoDB's protocol, in front of a running PostgreSQL.
 * @param {{ socketFolder: string, logDir: string, port: number, setName?: string }} where
 * @returns {Promise<import('../process.mjs').Owned>}
 */
export async function startFront({ socketFolder, logDir, port, setName = 'npm-start' }) {
  const logFile = join(logDir, 'documentdb-front.log');
  const env = { ...process.env, FRONT_PORT: String(port), FRONT_SOCKET_FOLDER: socketFolder, FRONT_SET_NAME: setName };
  const front = await spawnOwned({ name: 'documentdb-front', command: process.execPath, args: [FRONT], env, logFile });
  try {
    await untilAnswers(front, uriOf(port, setName));
    return front;
  } catch (error) {
    await stopOwned(front);
    throw error;
  }
}

/** @param {import('../process.mjs').Owned} front @param {string} uri */
async function untilAnswers(front, uri) {
  for (const deadline = Date.now() + START_MS; ; await sleep(50)) {
    const client = new mongo.MongoClient(uri, { serverSelectionTimeoutMS: 1_000 });
    try {
      // On a taken port another process answers.
      const { pid } = await client.db('admin').command({ serverStatus: 1 });
      if (pid === front.pid) {
        await client.db('admin').command({ ping: 1 });
        return;
      }
    } catch (error) {
      if (Date.now() > deadline)
        throw new FrontStartError(
          `the database does not answer: ${/** @type {Error} */ (error).message}`,
          tailOf(front.logFile),
        );
    } finally {
      await client.close();
    }
    if (!isAlive(front)) throw new FrontStartError('the database could not listen', tailOf(front.logFile));
  }
}

/** @param {number} port @param {string} setName */
function uriOf(port, setName) {
  return `mongodb://127.0.0.1:${port}/?replicaSet=${setName}`;
}
