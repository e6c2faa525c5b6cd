/** `npm run ledger` as a process, timed. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

/**
 * @param {string} uri
 * @param {string[]} args
 * @returns {Promise<{ seconds: number, status: number | null }>}
 */
export function run(uri, ...args) {
  const main = join(process.cwd(), process.env.TEST_DIST ?? 'dist', 'src/cli/ledger/main.js');
  const since = performance.now();
  const { PATH } = process.env;
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH, NODE_ENV: 'test', MONGODB_URI: uri },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status) => resolve({ seconds: (performance.now() - since) / 1000, status }));
  });
}
