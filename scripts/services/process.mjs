/**
 * Processes that this project starts, and only those: each is known by pid and start time, so that a pid
 * which the system has given to somebody else is never signalled.
 */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * @typedef {object} Owned
 * @property {string} name     what it is, for people: `redis`, `mongod`, `postgres`
 * @property {number} pid
 * @property {string} startedAt  opaque start time; with the pid it names one process for ever
 * @property {string} logFile
 */

/**
 * The start time of a process, in whatever unit the system keeps it.
 * @param {number} pid
 * @returns {string | null} null when it is gone (a zombie counts as gone)
 */
export function startTimeOf(pid) {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
    } catch {
      return null;
    }
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

/** @param {Owned} owned */
export function isAlive(owned) {
  const startedAt = startTimeOf(owned.pid);
  return startedAt !== null && startedAt === owned.startedAt;
}

/**
 * Starts a program in a session of its own (a Ctrl-C in the terminal reaches it only through us), its output going to `logFile`.
 * @param {{ name: string, command: string, args?: string[], env?: NodeJS.ProcessEnv, cwd?: string, logFile: string }} program
 * @returns {Promise<Owned>} rejects when the program cannot be started at all
 */
export async function spawnOwned({ name, command, args = [], env = process.env, cwd, logFile }) {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a');
  try {
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', log, log] });
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    const pid = /** @type {number} */ (child.pid);
    return { name, pid, startedAt: startTimeOf(pid) ?? 'ended', logFile };
  } finally {
    closeSync(log);
  }
}

/**
 * Ends a process that `spawnOwned` started: `signal` first, SIGKILL when it is still there after `graceMs`.
 * @param {Owned} owned
 * @param {{ signal?: NodeJS.Signals, graceMs?: number }} [how]
 */
export async function stopOwned(owned, { signal = 'SIGTERM', graceMs = 15_000 } = {}) {
  if (!isAlive(owned)) return;
  process.kill(owned.pid, signal);
  for (const deadline = Date.now() + graceMs; Date.now() < deadline; await sleep(50)) if (!isAlive(owned)) return;
  if (!isAlive(owned)) return;
  process.kill(owned.pid, 'SIGKILL');
  while (isAlive(owned)) await sleep(20);
}
