/** What a data folder's lock file (postmaster.pid) says, checked against the processes that really run. */
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { startTimeOf } from '../process.mjs';

/**
 * The server that runs on this data folder, if one does: a process of the recorded number whose working folder is that very
 * folder. A number alone proves nothing, since the system gives numbers out again.
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
 * Removes what a killed server left, so that a stranger with its number does not keep the next one from starting.
 * @param {string} pgData
 * @param {string} socketFolder
 */
export async function removeStaleLocks(pgData, socketFolder) {
  await rm(join(pgData, 'postmaster.pid'), { force: true });
  await rm(join(socketFolder, '.s.PGSQL.5432'), { force: true });
  await rm(join(socketFolder, '.s.PGSQL.5432.lock'), { force: true });
}
