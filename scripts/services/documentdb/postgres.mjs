/** PostgreSQL with DocumentDB: creates the data folder, starts the server, waits until it answers. */
import { chown, mkdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { isAlive, spawnOwned, stopOwned } from '../process.mjs';
import { inRoot } from './chroot.mjs';
import { PostgresDiskFullError, PostgresStartError } from './postgres-errors.mjs';
import { settingsArgs } from './postgres-settings.mjs';
import { removeStaleLocks, runningPostmaster } from './postmaster.mjs';
import { removeTree } from './remove-tree.mjs';
import { SCHEMA } from './schema.mjs';
import { DATA_INSIDE, RUN_INSIDE } from './root-build.mjs';
import { CommandFailedError, runContained, tailOf } from './run.mjs';
import { makeSocketFolder, socketFolderFor } from './socket-folder.mjs';

const START_MS = 60_000;

/**
 * Starts the server on a data folder, which is created on first use and kept. A server that already runs
 * on that folder (its starter was killed) is adopted.
 * @param {{ root: string, dataDir: string, runDir: string, logDir: string, say: (line: string) => void }}
 * where
 * @returns {Promise<{ postgres: import('../process.mjs').Owned, socketFolder: string }>} stop it with
 * SIGINT
 * @throws {PostgresStartError} with the end of its log
 */
export async function startPostgres({ root, dataDir, runDir, logDir, say }) {
  const logFile = join(logDir, 'postgres.log');
  const pgData = join(dataDir, 'pg');
  const socketFolder = socketFolderFor({ runDir, dataDir });
  const owner = await postgresUser(root);

  await mkdir(logDir, { recursive: true });
  await makeSocketFolder(socketFolder, owner);
  await makeDataFolder({ root, dataDir, owner, logFile, say });

  const running = await runningPostmaster(pgData);
  if (running) {
    say('PostgreSQL already runs on this data folder: taking it over');
    const postgres = { name: 'postgres', ...running, logFile };
    await waitUntilReady({ postgres, socketFolder });
    return { postgres, socketFolder };
  }
  return { postgres: await launch({ root, pgData, socketFolder, logFile }), socketFolder };
}

/** @param {{ root: string, pgData: string, socketFolder: string, logFile: string }} where */
async function launch({ root, pgData, socketFolder, logFile }) {
  const binds = { [pgData]: DATA_INSIDE, [socketFolder]: RUN_INSIDE };
  const program = ['postgres', '-D', DATA_INSIDE, ...settingsArgs(RUN_INSIDE)];
  for (const deadline = Date.now() + START_MS; ;) {
    await removeStaleLocks(pgData, socketFolder);
    const postgres = await spawnOwned({
      name: 'postgres',
      ...inRoot({ root, user: 'postgres:postgres', binds, program }),
      logFile,
    });
    try {
      await waitUntilReady({ postgres, socketFolder });
      return postgres;
    } catch (error) {
      await stopOwned(postgres, { signal: 'SIGINT' });
      // After a kill the server's old children notice it after a moment, and hold its shared memory until
      // then.
      const held = error instanceof PostgresStartError && /pre-existing shared memory block/.test(error.message);
      if (!held || Date.now() > deadline) throw error;
      await sleep(200);
    }
  }
}

/** @param {{ root: string, dataDir: string, owner: { uid: number, gid: number }, logFile: string, say: (line: string) => void }} how */
async function makeDataFolder({ root, dataDir, owner, logFile, say }) {
  const [made, unfinished] = [join(dataDir, 'pg'), join(dataDir, 'pg.unfinished')];
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  if (await stat(made).catch(() => null)) return;

  say('making the data folder');
  await removeTree(unfinished);
  await mkdir(unfinished, { mode: 0o700 });
  await chown(unfinished, owner.uid, owner.gid);
  const program = [
    'initdb',
    '-D',
    DATA_INSIDE,
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    '--username=postgres',
  ];
  const { command, args } = inRoot({ root, user: 'postgres:postgres', binds: { [unfinished]: DATA_INSIDE }, program });
  try {
    await runContained(command, args, { logFile });
    await rename(unfinished, made);
  } catch (error) {
    throw startError(
      'the data folder could not be made',
      error instanceof CommandFailedError ? error.tail : String(error),
    );
  }
}

/** @param {{ postgres: import('../process.mjs').Owned, socketFolder: string }} of */
async function waitUntilReady({ postgres, socketFolder }) {
  for (const deadline = Date.now() + START_MS; ; await sleep(50)) {
    const client = new pg.Client({
      host: socketFolder,
      user: 'postgres',
      database: 'postgres',
      connectionTimeoutMillis: 5_000,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query(SCHEMA);
      return;
    } catch (error) {
      if (!isAlive(postgres)) throw startError('PostgreSQL did not start', tailOf(postgres.logFile));
      if (Date.now() > deadline)
        throw startError(
          `PostgreSQL does not answer: ${/** @type {Error} */ (error).message}`,
          tailOf(postgres.logFile),
        );
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/** @param {string} message @param {string} tail */
function startError(message, tail) {
  return tail.includes('No space left on device')
    ? new PostgresDiskFullError('the disk is full', tail)
    : new PostgresStartError(message, tail);
}

/** @param {string} root @returns {Promise<{ uid: number, gid: number }>} */
async function postgresUser(root) {
  const line = (await readFile(join(root, 'etc/passwd'), 'utf8'))
    .split('\n')
    .find((entry) => entry.startsWith('postgres:'));
  const [, , uid, gid] = (line ?? '').split(':').map(Number);
  if (!uid || !gid) throw new Error(`${root} has no user postgres`);
  return { uid, gid };
}
