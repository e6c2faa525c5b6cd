/** The running services of a set, on disk: written before anything relies on them, and never in part. */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * @typedef {import('../services/process.mjs').Owned} Owned
 * @typedef {object} RunningService
 * @property {'redis' | 'database' | 'sandbox' | 'app'} kind
 * @property {string} source      where it comes from: `environment`, `docker`, `path` ...
 * @property {string} url         with credentials, if it has any: never print it, see `shownUrl`
 * @property {number} [port]
 * @property {string} since       ISO time
 * @property {Owned[]} processes  in the order to stop them; none where others run it
 *
 * @typedef {object} State
 * @property {Partial<Record<'redis' | 'database' | 'sandbox' | 'app', RunningService>>} services
 * @property {Owned[]} starting   started, but their service does not answer yet
 * @property {Record<string, number>} ports  as chosen last time
 * @property {Record<string, string>} sources  as chosen last time: the data is there
 */

const FILE = 'services.json';

/** @returns {State} */
const empty = () => ({ services: {}, starting: [], ports: {}, sources: {} });

/**
 * @param {string} dir  the set's folder
 * @returns {State} an empty one when there is no readable file
 */
export function readState(dir) {
  try {
    return { ...empty(), ...JSON.parse(readFileSync(join(dir, FILE), 'utf8')) };
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return empty();
    throw error;
  }
}

/**
 * Only the holder of the set's lock may call this.
 * @param {string} dir
 * @param {(state: State) => void} change
 * @returns {State}
 */
export function updateState(dir, change) {
  const state = readState(dir);
  change(state);
  writeAtomically(join(dir, FILE), `${JSON.stringify(state, null, 2)}\n`);
  return state;
}

/** Readable by the owner alone, because an address may carry a password. */
export function writeAtomically(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.draft`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}

/** Every process of the state, each once, in the order to stop them: app, sandbox, database, Redis, unfinished starts. */
export function processesOf(state) {
  const ordered = ['app', 'sandbox', 'database', 'redis'].flatMap((kind) => state.services[kind]?.processes ?? []);
  const known = new Set(ordered.map((owned) => owned.pid));
  return [...state.starting.filter((owned) => !known.has(owned.pid)).reverse(), ...ordered];
}

/** The address without its password. */
export function shownUrl(url) {
  return url.replace(/\/\/[^@/]*@/, '//***@');
}
