/** Starts and stops the measured programs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * Starts a Node program and waits for the line that says it is ready.
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {RegExp} ready
 * @returns {Promise<{ line: string, pid: number, stop: () => Promise<void> }>} rejects when it ends before
 */
export async function start(args, env, ready) {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  const said = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => ready.test(line) && resolve(line));
    ended.then(([code]) => reject(new Error(`${args[0]} ended with ${code} before it was ready`)));
  });
  return { line: await said, pid: child.pid, stop };
}
