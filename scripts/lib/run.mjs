/** Programs that run to their end: npm, tsc, apt-get, docker. Their output is kept in case they fail. */
import { spawn } from 'node:child_process';
import { accessSync, appendFileSync, constants, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { assertSpawnsAllowed } from '../services/process.mjs';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/**
 * @typedef {object} Ended
 * @property {number | null} code  null when a signal or the time-out ended it
 * @property {boolean} timedOut
 * @property {string} output       both streams together, the last 200,000 characters
 */

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, logFile?: string, signal?: AbortSignal, whileStopping?: boolean }} [options]
 *   `signal` ends it; `whileStopping`: part of an orderly end, so neither refused nor ended by it
 * @returns {Promise<Ended>} rejects only when the program cannot be started
 */
export function run(command, args, { cwd, env = process.env, timeoutMs, logFile, signal, whileStopping = false } = {}) {
  if (logFile) mkdirSync(dirname(logFile), { recursive: true });
  return new Promise((resolve, reject) => {
    if (!whileStopping) assertSpawnsAllowed(command);
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    if (!whileStopping) running.add(child);
    let output = '';
    let timedOut = false;
    const keep = (chunk) => {
      output = (output + chunk).slice(-200_000);
      if (logFile) appendFileSync(logFile, chunk);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    const timer = timeoutMs
      ? setTimeout(() => {
          timedOut = true;
          child.kill('SIGKILL');
        }, timeoutMs)
      : undefined;
    const abort = () => child.kill('SIGKILL');
    signal?.addEventListener('abort', abort);
    const settle = (done) => {
      signal?.removeEventListener('abort', abort);
      clearTimeout(timer);
      running.delete(child);
      done();
    };
    child.once('error', (error) => settle(() => reject(error)));
    child.once('close', (code) => settle(() => resolve({ code, timedOut, output })));
  });
}

/** Ends every program that `run` still waits for. */
export function endRunning() {
  for (const child of running) child.kill('SIGTERM');
}

/**
 * The full path of a program, as the shell would find it.
 * @param {string} name
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | null}
 */
export function findOnPath(name, env = process.env) {
  for (const dir of (env.PATH ?? '').split(delimiter)) {
    if (!dir) continue;
    try {
      accessSync(join(dir, name), constants.X_OK);
      return join(dir, name);
    } catch {
      // not in this folder
    }
  }
  return null;
}

/** The last lines of a text that are not empty. */
export const lastLines = (text, count = 15) => text.trimEnd().split('\n').slice(-count).join('\n');
