/** A real redis-server for tests: the machine's, or the one that `npm start` would use. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { recordedOutput } from '../lib/output.mjs';
import { cacheDir } from '../lib/paths.mjs';
import { findOnPath } from '../lib/run.mjs';
import { cachedRedis, redisByApt } from '../services/apt-redis.mjs';

/**
 * @param {string} logDir
 * @returns {Promise<{ binary: string, libraries?: string }>}
 */
export async function realRedis(logDir) {
  const binary = findOnPath('redis-server') ?? findOnPath('valkey-server');
  if (binary) return { binary };
  return (await cachedRedis(cacheDir())) ?? redisByApt({ cacheDir: cacheDir(), logDir, output: recordedOutput() });
}

/**
 * A folder that contains only a `redis-server`: a PATH on which it is the only program.
 * @returns {Promise<string>}
 */
export async function pathWithRedis(dir) {
  const { binary, libraries = '' } = await realRedis(dir);
  const bin = join(dir, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'redis-server'), `#!/bin/sh\nLD_LIBRARY_PATH='${libraries}' exec '${binary}' "$@"\n`);
  chmodSync(join(bin, 'redis-server'), 0o755);
  return bin;
}

/**
 * Another party's Redis: started without this project's code.
 * @returns {Promise<import('node:child_process').ChildProcess>}
 */
export async function strangersRedis(dir, port) {
  const bin = await pathWithRedis(dir);
  const data = mkdtempSync(join(dir, 'theirs-'));
  return spawn(
    join(bin, 'redis-server'),
    ['--port', String(port), '--bind', '127.0.0.1', '--dir', data, '--save', ''],
    {
      stdio: 'ignore',
    },
  );
}

/** @returns {Promise<number>} a port that is free right now */
export function anyPort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
