/** Runs a program to its end, its output going to a log file. */
import { execFile, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const execFileAsync = promisify(execFile);

/** A program ended with an exit code other than 0. `tail`: its last lines. */
export class CommandFailedError extends Error {
  /** @param {string} command @param {number | null} code @param {string} tail */
  constructor(command, code, tail) {
    super(`${command} ended with ${code ?? 'a signal'}`);
    this.name = 'CommandFailedError';
    this.code = code;
    this.tail = tail;
  }
}

/**
 * The end of a log file, for an error message.
 * @param {string} file
 * @param {number} [lines]
 */
export function tailOf(file, lines = 12) {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}

/**
 * Runs a program and everything that it starts in a separate process namespace. The kernel ends it as a
 * whole when this process ends for any reason, so that a killed build leaves nothing running, and nothing
 * mounted.
 * @param {string} command
 * @param {string[]} args
 * @param {{ logFile: string, env?: NodeJS.ProcessEnv }} where
 */
export async function runContained(command, args, { logFile, env = process.env }) {
  const log = openSync(logFile, 'a');
  const wrapped = [
    '--pdeathsig',
    'KILL',
    'unshare',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount',
    '--propagation',
    'private',
    command,
    ...args,
  ];
  try {
    const child = spawn('setpriv', wrapped, { env, stdio: ['ignore', log, log] });
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (code !== 0) throw new CommandFailedError(command, code, tailOf(logFile));
  } finally {
    closeSync(log);
  }
}

/**
 * Standard output of a short command.
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<string>} empty when the program fails or is missing
 */
export async function outputOf(command, args) {
  try {
    return (await execFileAsync(command, args, { timeout: 30_000, env: process.env })).stdout.trim();
  } catch {
    return '';
  }
}
