/** The commands of `npm run services`. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { resetDocker } from '../services/docker.mjs';
import { forgetRefusal } from '../services/mongod-download.mjs';
import { isAlive } from '../services/process.mjs';
import { StartError } from './errors.mjs';
import { holderOfLock } from './lock.mjs';
import { textSince } from './log-tail.mjs';
import { createOutput } from './output.mjs';
import { cacheDir, ROOT, serviceSet } from './paths.mjs';
import { accepts } from './ports.mjs';
import { lastLines } from './run.mjs';
import { openSession } from './session.mjs';
import { processesOf, readState, shownUrl } from './state.mjs';

const LAUNCHER_ENDS_WITHIN_MS = 60_000;
const LOG_LINES = 60;

const set = serviceSet('dev');
const { say } = createOutput();

/** Exit code 0 when the app runs, 3 when it does not (as `systemctl status`). */
export async function status() {
  const holder = holderOfLock(set.dir);
  const state = readState(set.dir);
  const rows = [['service', 'state', 'pid', 'port', 'age', 'source']];
  for (const service of Object.values(state.services)) rows.push(await rowOf(service));
  for (const owned of state.starting.filter(isAlive))
    rows.push([owned.name, 'starting', String(owned.pid), '', '', '']);
  say(
    holder
      ? `npm start runs (process ${holder.pid})${holder.address ? `: ${holder.address}` : ''}`
      : 'npm start does not run.',
  );
  if (rows.length > 1) say(`\n${aligned(rows)}`);
  if (!holder && processesOf(state).some(isAlive))
    say('\nThese were left by a start that did not end in order. The next one takes them over; `stop` ends them.');
  return holder ? 0 : 3;
}

/** Stops everything: through a running launcher, else directly. */
export async function stop() {
  const holder = holderOfLock(set.dir);
  if (holder) {
    say(`Asking npm start (process ${holder.pid}) to stop everything.`);
    process.kill(holder.pid, 'SIGTERM');
    for (const deadline = Date.now() + LAUNCHER_ENDS_WITHIN_MS; isAlive(holder); await sleep(100))
      if (Date.now() > deadline) throw new StartError(`It has not ended after ${LAUNCHER_ENDS_WITHIN_MS / 1000} s.`);
    say('Stopped.');
    return;
  }
  const session = sessionAlone();
  try {
    const left = processesOf(session.state()).filter(isAlive).length + inDocker(session.state()).length;
    await session.stopAll({ say });
    say(left > 0 ? 'Stopped.' : 'Nothing of ours runs.');
  } finally {
    session.release();
  }
}

/** Deletes the data of the development set. */
export async function reset() {
  if (holderOfLock(set.dir))
    throw new StartError('npm start runs. Stop it first (Ctrl-C, or npm run services -- stop); nothing was deleted.');
  const session = sessionAlone();
  try {
    const docker = Object.values(session.state().sources).includes('docker');
    await session.stopAll({ say });
    const folders = ['data', 'sandbox', 'run', 'logs', 'services.json']
      .map((name) => join(set.dir, name))
      .filter(existsSync);
    for (const path of folders) say(`  deleting ${relative(ROOT, path)}`);
    if (docker) {
      say('  deleting the containers and volumes in Docker');
      await resetDocker({ root: ROOT, setName: set.name });
    }
    for (const path of folders) rmSync(path, { recursive: true, force: true });
    forgetRefusal(cacheDir());
    say('The next start begins with an empty database. What was downloaded stays in the cache folder.');
  } finally {
    session.release();
  }
}

/** The end of one log, or of each. */
export async function logs([name]) {
  const there = existsSync(set.logDir) ? readdirSync(set.logDir).filter((file) => file.endsWith('.log')) : [];
  const chosen = name ? there.filter((file) => file === `${name}.log`) : there;
  if (chosen.length === 0)
    throw new StartError(
      there.length > 0
        ? `There is no log of that name. There are: ${there.map((file) => file.slice(0, -4)).join(', ')}`
        : 'There are no logs yet.',
    );
  for (const file of chosen) {
    say(`==> ${relative(ROOT, join(set.logDir, file))}`);
    say(`${lastLines(textSince(join(set.logDir, file), 0), name ? LOG_LINES * 5 : LOG_LINES)}\n`);
  }
}

function sessionAlone() {
  const opened = openSession(set, ROOT);
  if ('heldBy' in opened)
    throw new StartError(`npm start has just begun (process ${opened.heldBy.pid}); nothing was changed.`);
  return opened.session;
}

const inDocker = (state) => Object.values(state.services).filter((service) => service.source === 'docker');

async function rowOf({ kind, url, port, processes, source, since }) {
  const pids = processes.map((owned) => `${owned.pid}${isAlive(owned) ? '' : ' (gone)'}`).join(' ');
  const up = processes.length > 0 ? processes.every(isAlive) : port ? await accepts(port) : null;
  const where = port ? String(port) : shownUrl(url);
  return [kind, up === null ? 'given' : up ? 'running' : 'stopped', pids || '-', where, ageOf(since), source];
}

function ageOf(since) {
  const minutes = Math.floor((Date.now() - Date.parse(since)) / 60_000);
  if (minutes < 1) return 'under a minute';
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2_880 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1_440)} days`;
}

function aligned(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column])).join('  ')}`.trimEnd())
    .join('\n');
}
