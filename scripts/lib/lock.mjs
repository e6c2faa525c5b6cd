/**
 * One launcher per set. The lock is a file that names its holder by pid and start time, so that the lock
 * of a killed launcher is recognised as stale.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, ownIdentity } from '../services/process.mjs';
import { writeAtomically } from './state.mjs';

const FILE = 'launcher.lock';

/**
 * @typedef {object} Holder
 * @property {number} pid
 * @property {string} startedAt
 * @property {string} since      ISO time
 * @property {string} [address]  of the app, once it answers
 */

/**
 * @param {string} dir
 * @returns {Holder | null} the launcher that holds the set now
 */
export function holderOfLock(dir) {
  const holder = readHolder(join(dir, FILE));
  return holder && isAlive(holder) ? holder : null;
}

/**
 * Takes the lock of a set.
 * @param {string} dir
 * @returns {{ tell: (more: Partial<Holder>) => void, release: () => void } | { heldBy: Holder }}
 */
export function takeLock(dir) {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, FILE);
  const draft = `${path}.${process.pid}`;
  const mine = { ...ownIdentity(), since: new Date().toISOString() };
  writeFileSync(draft, JSON.stringify(mine), { mode: 0o600 });
  try {
    for (;;) {
      if (linked(draft, path)) break;
      const heldBy = holderOfLock(dir);
      if (heldBy) return { heldBy };
      // Stale. Only one of several processes can move it aside; a new lock that appeared in between is put
      // back.
      const aside = `${draft}.stale`;
      try {
        renameSync(path, aside);
      } catch (error) {
        if (error.code !== 'ENOENT') throw error;
        continue;
      }
      const moved = readHolder(aside);
      if (moved && isAlive(moved)) linked(aside, path);
      rmSync(aside, { force: true });
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return {
    tell: (more) => writeAtomically(path, JSON.stringify({ ...mine, ...more })),
    release: () => {
      if (readHolder(path)?.pid === process.pid) rmSync(path, { force: true });
    },
  };
}

function linked(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** @returns {Holder | null} */
function readHolder(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}
