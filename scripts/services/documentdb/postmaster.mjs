/** The content of a data folder's lock file (postmaster.pid), checked against the running processes. */
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { startTimeOf } from '../process.mjs';

/**
 * The server that runs on this data folder, if there is one: a process of the recorded pid whose working
 * folder is the data folder. A pid alone proves nothing, since the system reuses pids.
 * @param {string} pgData
 * @returns {Promise<{ pid: number, startedAt: string } | null>}
 */
export async function runningPostmaster(pgData) {
  const pid = Number.parseInt(await readFile(join(pgData, 'postmaster.pid'), 'utf8').catch(() => ''), 10);
  const startedAt = Number.isInteger(pid) && pid > 0 ? startTimeOf(pid) : null;
  if (startedAt === null) return null;
  const [folder, cwd] = await Promise.all([stat(pgData), stat(`/proc/${pid}/cwd/`).catch(() => null)]);
  return cwd && cwd.dev === folder.dev && cwd.ino === folder.ino ? { pid, startedAt } : null;
}

/**
 * Removes the files of a killed server, so that another process with its pid does not prevent the next
 * start.
 * @param {string} pgData
 * @param {string} socketFolder
 */
export async function removeStaleLocks(pgData, socketFolder) {
  await rm(join(pgData, 'postmaster.pid'), { force: true });
  await rm(join(socketFolder, '.s.PGSQL.5432'), { force: true });
  await rm(join(socketFolder, '.s.PGSQL.5432.lock'), { force: true });
}
