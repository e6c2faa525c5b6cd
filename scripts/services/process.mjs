/**
 * Processes that this project starts, and only those. Each is known by pid and start time, so that a pid
 * that the system has reused is never signalled.
 */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * @typedef {object} Owned
 * @property {string} name     what it is, for people: `redis`, `mongod`, `postgres`
 * @property {number} pid
 * @property {string} startedAt  opaque start time; with the pid it names one process for ever
 * @property {string} logFile
 * @property {NodeJS.Signals} [stopSignal]  the signal it wants for an orderly end; SIGTERM when not said
 */

/**
 * @typedef {object} Program
 * @property {string} name
 * @property {string} command
 * @property {string[]} [args]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {string} [cwd]
 * @property {string} logFile
 * @property {NodeJS.Signals} [stopSignal]
 */

/** @type {Set<(owned: Owned) => void>} */
const observers = new Set();
let refusal = '';
/** A longer log is moved aside when its program starts again. */
const LOG_BYTES = 20 * 1024 * 1024;

/**
 * Reports every process as soon as it runs, so that its pid is on disk before anything else happens.
 * @param {(owned: Owned) => void} observer
 * @returns {() => void} ends the observation
 */
export function onSpawn(observer) {
  observers.add(observer);
  return () => observers.delete(observer);
}

/** Nothing new is started, because this process is ending. */
export class SpawnRefused extends Error {
  name = 'SpawnRefused';
}

/** From now on this process starts nothing new. */
export function refuseSpawns(reason) {
  refusal = reason;
}

/** @throws {SpawnRefused} */
export function assertSpawnsAllowed(name) {
  if (refusal) throw new SpawnRefused(`${name} was not started: ${refusal}`);
}

/**
 * The start time of a process, in the system's own unit.
 * @param {number} pid
 * @returns {string | null} null when it is gone (a zombie counts as gone)
 */
export function startTimeOf(pid) {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' || fields[0] === 'X' ? null : `${boot()}-${fields[19]}`;
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

let bootId = '';
/** Linux counts start times from its own boot, and after a reboot the same numbers recur. */
function boot() {
  bootId ||= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
  return bootId;
}

/** @param {Pick<Owned, 'pid' | 'startedAt'>} owned */
export function isAlive(owned) {
  const startedAt = startTimeOf(owned.pid);
  return startedAt !== null && startedAt === owned.startedAt;
}

/** This process, in a form that others can recognise later. */
export const ownIdentity = () => ({ pid: process.pid, startedAt: startTimeOf(process.pid) ?? 'unknown' });

/**
 * Starts a program in a session of its own (a Ctrl-C in the terminal reaches it only through us), its output going to `logFile`.
 * @param {Program} program
 * @returns {Promise<Owned>} rejects when the program cannot be started at all
 */
export async function spawnOwned(program) {
  return (await spawnWatched(program)).owned;
}

/**
 * As `spawnOwned`, and reports how the program ended.
 * @param {Program} program
 * @returns {Promise<{ owned: Owned, exited: Promise<{ code: number | null, signal: NodeJS.Signals | null
 * }> }>}
 */
export async function spawnWatched({ name, command, args = [], env = process.env, cwd, logFile, stopSignal }) {
  assertSpawnsAllowed(name);
  mkdirSync(dirname(logFile), { recursive: true });
  if ((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > LOG_BYTES) renameSync(logFile, `${logFile}.old`);
  const log = openSync(logFile, 'a');
  try {
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', log, log] });
    const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    const pid = /** @type {number} */ (child.pid);
    const owned = { name, pid, startedAt: startTimeOf(pid) ?? 'ended', logFile, ...(stopSignal ? { stopSignal } : {}) };
    for (const observer of observers) observer(owned);
    return { owned, exited };
  } finally {
    closeSync(log);
  }
}

/**
 * Ends a process that `spawnOwned` started: its stop signal first, SIGKILL after `graceMs`.
 * @param {Owned} owned
 * @param {{ signal?: NodeJS.Signals, graceMs?: number, hurry?: AbortSignal }} [how]  `hurry` shortens the
 * wait to two seconds
 */
export async function stopOwned(owned, { signal = owned.stopSignal ?? 'SIGTERM', graceMs = 15_000, hurry } = {}) {
  if (!signalOwned(owned, signal)) return;
  const since = Date.now();
  let hurriedAt = 0;
  while (isAlive(owned)) {
    const now = Date.now();
    if (hurry?.aborted) hurriedAt ||= now;
    if (now - since > graceMs || (hurriedAt && now - hurriedAt > 2_000)) break;
    await sleep(50);
  }
  signalOwned(owned, 'SIGKILL');
  while (isAlive(owned)) await sleep(20);
}

/** @returns {boolean} false when it had already ended */
function signalOwned(owned, signal) {
  if (!isAlive(owned)) return false;
  try {
    process.kill(owned.pid, signal);
    return true;
  } catch (error) {
    if (error.code === 'ESRCH') return false;
    throw error;
  }
}
