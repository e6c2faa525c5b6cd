import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { recordedOutput } from '../lib/output.mjs';
import { cacheDir, serviceSet } from '../lib/paths.mjs';
import { openSession } from '../lib/session.mjs';
import { updateState } from '../lib/state.mjs';
import { until } from '../spec/project.mjs';
import { anyPort, pathWithRedis, realRedis, strangersRedis } from '../spec/real-redis.mjs';
import { projectName } from './docker.mjs';
import { findServices, KINDS } from './finder.mjs';
import { pingRedis } from './probe.mjs';
import { isAlive } from './process.mjs';

const [REDIS] = KINDS;
let root;
let session;
let output;

/** Searches for Redis only, with `path` as the only place for programs. */
const find = ({
  env = {},
  fromFile = [],
  path = join(root, 'empty'),
  cache = join(root, 'cache'),
  production = false,
  waitMs = 300,
} = {}) => {
  const environment = { values: { PATH: path, ...env }, fromFile: new Set(fromFile), production };
  return findServices({ session, environment, output, root, cacheDir: cache, waitMs }, [REDIS]).then(
    ({ redis }) => redis,
  );
};
const withRedis = async (url, work) => {
  const redis = new Redis(url);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
};

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'finder-'));
  mkdirSync(join(root, 'empty'));
  output = recordedOutput();
  ({ session } = openSession({ ...serviceSet('test', { root }), redisPort: await anyPort() }, root));
});
afterEach(async () => {
  await session.stopAll();
  session.release();
  rmSync(root, { recursive: true, force: true });
});

test('redis-server on the PATH is started on its own port, with an append-only file and without eviction', async () => {
  const redis = await find({ path: await pathWithRedis(root) });
  expect(redis).toMatchObject({ source: 'path', port: session.set.redisPort });
  expect(output.lines.join('\n')).toMatch(
    /not from a Docker engine: there is no docker command[^]*from redis-server or valkey-server on the PATH/,
  );
  const settings = await withRedis(redis.url, (client) =>
    client.config('GET', 'appendonly', 'appendfsync', 'maxmemory-policy', 'bind'),
  );
  expect(settings.join(' ')).toMatch(/appendonly yes/);
  expect(settings.join(' ')).toMatch(/appendfsync everysec/);
  expect(settings.join(' ')).toMatch(/maxmemory-policy noeviction/);
  expect(settings.join(' ')).toMatch(/bind 127\.0\.0\.1/);
}, 30_000);

test("without one on the PATH it is Debian's, from the cache folder", async () => {
  if (!(await realRedis(root)).libraries) return;
  const redis = await find({ cache: cacheDir() });
  expect(redis.source).toBe('apt');
}, 30_000);

test('data is kept over a restart', async () => {
  const path = await pathWithRedis(root);
  const first = await find({ path });
  await withRedis(first.url, (client) => client.set('kept', 'yes'));
  await session.stopAll();
  expect(first.processes.some(isAlive)).toBe(false);
  const second = await find({ path });
  expect(await withRedis(second.url, (client) => client.get('kept'))).toBe('yes');
}, 30_000);

test('a given address that answers is used, nothing is started, and it is left running', async () => {
  const port = await anyPort();
  const theirs = await strangersRedis(root, port);
  const url = `redis://127.0.0.1:${port}`;
  const redis = await find({ env: { REDIS_URL: url }, path: await pathWithRedis(root), waitMs: 20_000 });
  expect(redis).toMatchObject({ source: 'environment', url, processes: [] });
  await session.stopAll();
  expect(await withRedis(url, (client) => client.ping())).toBe('PONG');
  theirs.kill();
}, 30_000);

test('a given address that does not answer ends the start: no other Redis is taken', async () => {
  const port = await anyPort();
  const path = await pathWithRedis(root);
  await expect(find({ env: { REDIS_HOST: '127.0.0.1', REDIS_PORT: String(port) }, path })).rejects.toThrow(
    `does not answer at 127.0.0.1:${port}, which REDIS_HOST, REDIS_PORT says`,
  );
  expect(session.state().services).toEqual({});
});

test('a given address may start answering while the start waits', async () => {
  const port = await anyPort();
  const looking = find({ env: { REDIS_URL: `redis://127.0.0.1:${port}` }, waitMs: 20_000 });
  await until(() => output.lines.some((line) => line.includes('waiting for')));
  const theirs = await strangersRedis(root, port);
  expect(await looking).toMatchObject({ source: 'environment' });
  theirs.kill();
}, 30_000);

test('something else on the given port is not taken for a Redis', async () => {
  const server = createServer((socket) => socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  const port = await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
  await expect(find({ env: { REDIS_URL: `redis://127.0.0.1:${port}` } })).rejects.toThrow('Redis does not answer');
  await new Promise((resolve) => server.close(resolve));
}, 30_000);

test('the sample address of .env is skipped, with a message, when nothing answers there', async () => {
  const { ok: answering } = await pingRedis('redis://localhost:6379');
  const env = { REDIS_HOST: 'localhost', REDIS_PORT: '6379' };
  const redis = await find({ env, fromFile: ['REDIS_HOST', 'REDIS_PORT'], path: await pathWithRedis(root) });
  expect(redis.source).toBe(answering ? 'environment' : 'path');
  if (!answering) expect(output.lines.join('\n')).toMatch(/not at localhost:6379 \(the sample value in \.env\)/);
}, 30_000);

test('a taken port is left alone, and the next free one is taken and remembered', async () => {
  const server = createServer();
  await new Promise((resolve) => server.listen(session.set.redisPort, '127.0.0.1', resolve));
  const redis = await find({ path: await pathWithRedis(root) });
  await new Promise((resolve) => server.close(resolve));
  expect(redis.port).toBeGreaterThan(session.set.redisPort);
  await session.stopAll();
  expect((await find({ path: await pathWithRedis(root) })).port).toBe(redis.port);
}, 30_000);

test('services of a killed launcher are adopted', async () => {
  const path = await pathWithRedis(root);
  const first = await find({ path });
  session.release();
  ({ session } = openSession(session.set, root));
  const second = await find({ path });
  expect(second.processes).toEqual(first.processes);
  expect(output.lines.join('\n')).toMatch(/taken over/);
}, 30_000);

test('a state file with the pid of another process: it is left alone and a new one is started', async () => {
  const path = await pathWithRedis(root);
  const first = await find({ path });
  await session.stopAll();
  const stranger = { ...first, processes: [{ ...first.processes[0], pid: process.pid, startedAt: '1' }] };
  updateState(session.set.dir, (state) => (state.services.redis = stranger));
  const second = await find({ path });
  expect(second.processes[0].pid).not.toBe(process.pid);
}, 30_000);

test('a source that fails is cleaned up, named with its reason, and the next one is tried', async () => {
  const bin = join(root, 'broken');
  mkdirSync(bin);
  writeFileSync(join(bin, 'redis-server'), '#!/bin/sh\necho "cannot open the shared object" >&2\nexit 1\n', {
    mode: 0o755,
  });
  symlinkSync('/bin/sh', join(bin, 'sh'));
  await expect(find({ path: bin })).rejects.toThrow(
    /No Redis could be found or started[^]*Docker engine: there is no docker command[^]*PATH: redis-server ended at once[^]*cannot open the shared object[^]*start Docker[^]*install redis-server and mongod[^]*set MONGODB_URI and REDIS_URL/,
  );
  expect(session.state().starting.filter(isAlive)).toEqual([]);
}, 30_000);

test('a Docker engine comes first, on our port and in a separate project, and is stopped but not removed', async () => {
  const path = await pathWithRedis(root);
  // This machine may have no engine; the test checks the commands that it would receive.
  writeFileSync(join(path, 'docker'), `#!/bin/sh\necho "$REDIS_PUBLISHED_PORT $*" >> '${root}/asked'\n`, {
    mode: 0o755,
  });
  const redis = await find({ path });
  expect(redis).toMatchObject({ source: 'docker', url: `redis://127.0.0.1:${session.set.redisPort}`, processes: [] });
  const machine = process.env.PATH;
  process.env.PATH = path;
  await session.stopAll();
  process.env.PATH = machine;
  const asked = readFileSync(join(root, 'asked'), 'utf8').trim().split('\n');
  const compose = `compose --project-name ${projectName(root, session.set.name)} --env-file /dev/null`;
  expect(asked.slice(-2)).toEqual([
    `${session.set.redisPort} ${compose} up --detach --wait redis`,
    ` ${compose} stop redis`,
  ]);
}, 30_000);

test('production takes given addresses only', async () => {
  await expect(find({ production: true, path: await pathWithRedis(root) })).rejects.toThrow(
    /NODE_ENV is production and no address is given for Redis/,
  );
  expect(session.state().services).toEqual({});
}, 30_000);

test('a port that another process takes at the same moment is left to it, and the next one is tried', async () => {
  const others = [];
  const lateFor = (times) => ({
    name: 'slow',
    label: 'a slow server',
    find: async ({ port }) => {
      const chosen = await port();
      if (others.length === times) return { url: `redis://127.0.0.1:${chosen}`, port: chosen };
      const other = createServer();
      await new Promise((resolve) => other.listen(chosen, '127.0.0.1', resolve));
      others.push(other);
      throw new Error('it could not listen');
    },
  });
  const environment = { values: { PATH: join(root, 'empty') }, fromFile: new Set(), production: false };
  const wanted = { session, environment, output, root, cacheDir: join(root, 'cache') };
  try {
    const { redis } = await findServices(wanted, [{ ...REDIS, sources: [lateFor(2)] }]);
    expect(redis.port).toBeGreaterThan(session.set.redisPort);
    await expect(findServices(wanted, [{ ...REDIS, sources: [lateFor(99)] }])).rejects.toThrow('it could not listen');
  } finally {
    await Promise.all(others.map((other) => new Promise((resolve) => other.close(resolve))));
  }
});
