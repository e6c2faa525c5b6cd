/** Our own Redis: durable, bound to this machine, and distinguished from any other on the same port. */
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines } from '../lib/run.mjs';
import { isAlive, spawnOwned } from './process.mjs';
import { pingRedis } from './probe.mjs';

const READY_WITHIN_MS = 30_000;

/**
 * Starts a Redis or Valkey server: every write in an append-only file (synced each second), nothing ever evicted.
 * @param {{ binary: string, libraries?: string, port: number, dataDir: string, logDir: string }} options  `libraries`: where its shared libraries are, when not the system's
 * @returns {Promise<{ url: string, processes: import('./process.mjs').Owned[] }>} once it answers
 */
export async function startRedis({ binary, libraries, port, dataDir, logDir }) {
  const dir = join(dataDir, 'redis');
  const logFile = join(logDir, 'redis.log');
  mkdirSync(dir, { recursive: true });
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir,
    appendonly: 'yes',
    appendfsync: 'everysec',
    save: '',
    'maxmemory-policy': 'noeviction',
    daemonize: 'no',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const env = libraries ? { ...process.env, LD_LIBRARY_PATH: libraries } : process.env;
  const owned = await spawnOwned({ name: 'redis', command: binary, args, env, cwd: dirname(dir), logFile });
  const url = `redis://127.0.0.1:${port}`;
  for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline; await sleep(50)) {
    if (!isAlive(owned)) break;
    const answer = await pingRedis(url);
    if (answer.ok && answer.pid === owned.pid) return { url, processes: [owned] };
    if (answer.ok) throw new Error(`port ${port} is answered by another Redis`);
  }
  const state = isAlive(owned) ? 'does not answer' : 'ended at once';
  throw new Error(
    `redis-server ${state}; its log (${logFile}) ends with:\n${lastLines(readFileSync(logFile, 'utf8'), 5)}`,
  );
}
