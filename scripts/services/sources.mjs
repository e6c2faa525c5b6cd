/**
 * The sources of Redis and the database besides a given address, in the order in which they are tried. A
 * source that cannot serve gives its reason and leaves nothing running.
 */
import { join } from 'node:path';
import { findOnPath } from '../lib/run.mjs';
import { canUseApt, cachedRedis, redisByApt } from './apt-redis.mjs';
import { canUseDocker, startInDocker } from './docker.mjs';
import { canUseMongod, SET_NAME, startMongod } from './mongod.mjs';
import { cachedMongod, canDownloadMongod, downloadMongod } from './mongod-download.mjs';
import { startRedis } from './redis.mjs';

/**
 * @typedef {object} Place  what a source gets to work with
 * @property {string} root
 * @property {string} cacheDir
 * @property {import('../lib/paths.mjs').ServiceSet} set
 * @property {NodeJS.ProcessEnv} env
 * @property {import('../lib/output.mjs').Output} output
 * @property {(fixed?: boolean) => Promise<number>} port  a free port of the set; `fixed`: the one of last time, even if something is there
 *
 * @typedef {{ url: string, port?: number, processes?: import('./process.mjs').Owned[] } | { skipped: string }} Outcome
 *
 * @typedef {object} Source
 * @property {string} name
 * @property {string} label  for people: "redis-server on the PATH"
 * @property {(place: Place) => Promise<Outcome>} find  a rejection counts as "skipped" with its message
 */

const docker = (service) => ({
  name: 'docker',
  label: 'a Docker engine',
  find: async ({ root, set, env, output, port }) => {
    const usable = await canUseDocker(env);
    if (!usable.ok) return { skipped: usable.reason };
    const published = await port(true);
    const options = {
      root,
      setName: set.name,
      databaseName: set.databaseName,
      port: published,
      logDir: set.logDir,
      env,
    };
    return {
      ...(await output.step(`docker compose up ${service}`, () => startInDocker(service, options))),
      port: published,
    };
  },
});

/** @type {Source[]} */
export const REDIS_SOURCES = [
  docker('redis'),
  {
    name: 'path',
    label: 'redis-server or valkey-server on the PATH',
    find: async ({ set, env, port }) => {
      const binary = findOnPath('redis-server', env) ?? findOnPath('valkey-server', env);
      if (!binary) return { skipped: 'neither is there' };
      const chosen = await port();
      return {
        ...(await startRedis({ binary, port: chosen, dataDir: set.dataDir, logDir: set.logDir })),
        port: chosen,
      };
    },
  },
  {
    name: 'apt',
    label: "Debian's redis-server, by apt-get into the cache folder",
    find: async ({ cacheDir, set, env, output, port }) => {
      const cached = await cachedRedis(cacheDir);
      const usable = cached ? { ok: true } : canUseApt(env);
      if (!usable.ok) return { skipped: usable.reason };
      const program = cached ?? (await redisByApt({ cacheDir, logDir: set.logDir, output }));
      const chosen = await port();
      return {
        ...(await startRedis({ ...program, port: chosen, dataDir: set.dataDir, logDir: set.logDir })),
        port: chosen,
      };
    },
  },
];

/** @type {Source[]} */
export const DATABASE_SOURCES = [
  docker('mongo'),
  {
    name: 'path',
    label: 'mongod on the PATH',
    find: async ({ set, env, port }) => {
      const binary = findOnPath('mongod', env);
      if (!binary) return { skipped: 'it is not there' };
      const usable = await canUseMongod(binary);
      if (!usable.ok) return { skipped: usable.reason };
      return mongod(binary, set, await port());
    },
  },
  {
    name: 'download',
    label: 'a mongod downloaded from its vendor',
    find: async ({ cacheDir, set, output, port }) => {
      const cached = cachedMongod(cacheDir);
      const usable = cached ? { ok: true } : canDownloadMongod(cacheDir);
      if (!usable.ok) return { skipped: usable.reason };
      const fetch = () => downloadMongod({ cacheDir, logDir: set.logDir });
      const binary = cached ?? (await output.step('database: downloading mongod', fetch));
      return mongod(binary, set, await port());
    },
  },
  {
    name: 'documentdb',
    label: "Debian's DocumentDB (PostgreSQL) behind a front process that speaks MongoDB's protocol",
    find: async ({ cacheDir, set, output, port }) => {
      const { canUseDocumentDb, startDocumentDb } = await import('./documentdb/index.mjs');
      const usable = await canUseDocumentDb();
      if (!usable.ok) return { skipped: usable.reason };
      const chosen = await port();
      const dirs = { cacheDir, dataDir: join(set.dataDir, 'documentdb'), runDir: set.runDir, logDir: set.logDir };
      const start = () =>
        startDocumentDb({ ...dirs, port: chosen, setName: SET_NAME, say: (line) => output.say(`  ${line}`) });
      const { uri, processes } = await output.step('database: DocumentDB', start);
      return { url: withDatabase(uri, set.databaseName), port: chosen, processes: processes.map(withStopSignal) };
    },
  },
];

async function mongod(binary, set, port) {
  const { dataDir, logDir, databaseName } = set;
  return { ...(await startMongod({ binary, port, dataDir, logDir, databaseName })), port };
}

/** PostgreSQL ends its clients and itself on SIGINT; on SIGTERM it would wait for them. */
const withStopSignal = (owned) => (owned.name === 'postgres' ? { ...owned, stopSignal: 'SIGINT' } : owned);

/** The same server, another database. */
export function withDatabase(uri, databaseName) {
  return uri.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?/, `$1/${databaseName}`);
}
