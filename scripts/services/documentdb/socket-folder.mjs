/**
 * The folder of PostgreSQL's Unix socket, inside one that only root can enter: no password is needed, and
 * no TCP port is open. (The folder itself belongs to the server's user, whose uid may be another user's on
 * the host.)
 */
import { createHash } from 'node:crypto';
import { chmod, chown, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A Unix socket's path may have 107 bytes. */
const MAX_PATH = 107;
export const SOCKET_NAME = '.s.PGSQL.5432';
const FALLBACK = '/run/stock-orchestrator';

/**
 * @param {{ runDir: string, dataDir: string }} where
 * @returns {string} in `runDir` where the path is short enough, else a short one that only this data folder has
 */
export function socketFolderFor({ runDir, dataDir }) {
  const preferred = join(runDir, 'pg', 's');
  if (Buffer.byteLength(join(preferred, SOCKET_NAME)) <= MAX_PATH) return preferred;
  return join(FALLBACK, createHash('sha256').update(dataDir).digest('hex').slice(0, 16));
}

/** @param {string} folder @param {{ uid: number, gid: number }} owner  the server's user */
export async function makeSocketFolder(folder, { uid, gid }) {
  await mkdir(dirname(dirname(folder)), { recursive: true });
  for (const made of [dirname(folder), folder]) {
    await mkdir(made, { recursive: true });
    await chmod(made, 0o700);
  }
  await chown(folder, uid, gid);
}
