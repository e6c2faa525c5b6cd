/** A real mongod of our own: a replica set with one member, because transactions need a set. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines, run } from '../lib/run.mjs';
import { isAlive, spawnOwned } from './process.mjs';

export const SET_NAME = 'npm-start';
/** Older servers are neither supported by their vendor nor tested by us. */
const OLDEST_VERSION = 7;
const READY_WITHIN_MS = 60_000;
/** Replies of `replSetGetStatus`: never initiated; configured for an address that is not ours (the port has changed). */
const NOT_YET_INITIALIZED = 94;
const INVALID_CONFIG = 93;

/** @returns {Promise<{ ok: true } | { ok: false, reason: string }>} whether this mongod is new enough */
export async function canUseMongod(binary) {
  const { code, output } = await run(binary, ['--version'], { timeoutMs: 10_000 });
  if (code !== 0) return { ok: false, reason: `${binary} does not run: ${lastLines(output, 1)}` };
  const version = /db version v(\d+)[\d.]*/.exec(output);
  if (!version) return { ok: false, reason: `${binary} does not say its version` };
  if (Number(version[1]) < OLDEST_VERSION)
    return { ok: false, reason: `it is too old: ${version[0]}, wanted ${OLDEST_VERSION} or newer` };
  return { ok: true };
}

/**
 * @param {{ binary: string, port: number, dataDir: string, logDir: string, databaseName: string }} options
 * @returns {Promise<{ url: string, processes: import('./process.mjs').Owned[] }>} once it takes writes
 */
export async function startMongod({ binary, port, dataDir, logDir, databaseName }) {
  const dbpath = join(dataDir, 'mongod');
  const logFile = join(logDir, 'mongod.log');
  mkdirSync(dbpath, { recursive: true });
  const args = ['--port', String(port), '--bind_ip', '127.0.0.1', '--dbpath', dbpath, '--replSet', SET_NAME];
  args.push('--nounixsocket', '--wiredTigerCacheSizeGB', '1');
  const owned = await spawnOwned({ name: 'mongod', command: binary, args, cwd: dbpath, logFile });
  const { default: mongoose } = await import('mongoose');
  const client = new mongoose.mongo.MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    serverSelectionTimeoutMS: 1_000,
    maxPoolSize: 1,
  });
  try {
    for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline; await sleep(100)) {
      if (!isAlive(owned)) break;
      if (await isPrimary(client.db('admin'), port).catch(() => false))
        return { url: `mongodb://127.0.0.1:${port}/${databaseName}?replicaSet=${SET_NAME}`, processes: [owned] };
    }
  } finally {
    await client.close();
  }
  const state = isAlive(owned) ? 'takes no writes' : 'ended at once';
  throw new Error(`mongod ${state}; its log (${logFile}) ends with:\n${lastLines(readFileSync(logFile, 'utf8'), 5)}`);
}

/** Configures the set if needed, and returns whether it is up. */
async function isPrimary(admin, port) {
  const hello = await admin.command({ hello: 1 });
  if (hello.isWritablePrimary) return true;
  const members = [{ _id: 0, host: `127.0.0.1:${port}` }];
  const problem = await admin.command({ replSetGetStatus: 1 }).then(
    () => null,
    (error) => error.code,
  );
  if (problem === NOT_YET_INITIALIZED) await admin.command({ replSetInitiate: { _id: SET_NAME, members } });
  if (problem === INVALID_CONFIG) {
    const config = await admin.client.db('local').collection('system.replset').findOne();
    if (config)
      await admin.command({ replSetReconfig: { ...config, version: config.version + 1, members }, force: true });
  }
  return false;
}
