/** A launcher's hold on one set: its lock, its state file, and every process that it started or adopted. */
import { mkdirSync } from 'node:fs';
import { isAlive, onSpawn, stopOwned } from '../services/process.mjs';
import { stopInDocker } from '../services/docker.mjs';
import { takeLock } from './lock.mjs';
import { processesOf, readState, updateState } from './state.mjs';

/** The app finishes requests in progress before it ends; the others only close their files. */
const GRACE_MS = { app: 30_000, sandbox: 5_000 };

/**
 * @typedef {import('./state.mjs').RunningService} RunningService
 * @typedef {object} Session
 * @property {import('./paths.mjs').ServiceSet} set
 * @property {() => import('./state.mjs').State} state
 * @property {(service: RunningService) => void} record   it answers; from now on it belongs to the set
 * @property {(kind: string) => Promise<boolean>} stopKind  stops one service's processes; false when there was nothing
 * @property {(how?: { hurry?: AbortSignal, say?: (line: string) => void }) => Promise<void>} stopAll
 * @property {(address: string) => void} tellAddress
 * @property {() => void} release
 */

/**
 * @param {import('./paths.mjs').ServiceSet} set
 * @param {string} root
 * @returns {{ session: Session } | { heldBy: import('./lock.mjs').Holder }}
 */
export function openSession(set, root) {
  mkdirSync(set.dir, { recursive: true });
  const lock = takeLock(set.dir);
  if ('heldBy' in lock) return lock;
  const change = (work) => updateState(set.dir, work);
  const unobserve = onSpawn((owned) => change((state) => state.starting.push(owned)));

  const record = (service) =>
    change((state) => {
      const pids = new Set(service.processes.map((owned) => owned.pid));
      state.services[service.kind] = service;
      state.starting = state.starting.filter((owned) => !pids.has(owned.pid) && isAlive(owned));
      if (service.source !== 'environment') state.sources[service.kind] = service.source;
      if (service.port) state.ports[service.kind] = service.port;
    });

  const stopKind = async (kind) => {
    const service = readState(set.dir).services[kind];
    if (!service) return false;
    for (const owned of service.processes) await stopOwned(owned, { graceMs: GRACE_MS[kind] });
    if (service.source === 'docker')
      await stopInDocker(kind === 'redis' ? 'redis' : 'mongo', { root, setName: set.name });
    change((state) => delete state.services[kind]);
    return true;
  };

  const stopAll = async ({ hurry, say = () => {} } = {}) => {
    const state = readState(set.dir);
    const grace = new Map(
      Object.values(state.services).flatMap((service) =>
        service.processes.map((owned) => [owned.pid, GRACE_MS[service.kind]]),
      ),
    );
    for (const owned of processesOf(state)) {
      if (!isAlive(owned)) continue;
      say(`  stopping ${owned.name}`);
      await stopOwned(owned, { hurry, graceMs: grace.get(owned.pid) });
    }
    for (const service of Object.values(state.services)) {
      if (service.source !== 'docker') continue;
      say(`  stopping ${service.kind} in Docker`);
      await stopInDocker(service.kind === 'redis' ? 'redis' : 'mongo', { root, setName: set.name });
    }
    // What was started between the reading and now stays recorded.
    change((now) => {
      now.services = {};
      now.starting = now.starting.filter(isAlive);
    });
  };

  const session = {
    set,
    state: () => readState(set.dir),
    record,
    stopKind,
    stopAll,
    tellAddress: (address) => lock.tell({ address }),
    release: () => {
      unobserve();
      lock.release();
    },
  };
  return { session };
}
