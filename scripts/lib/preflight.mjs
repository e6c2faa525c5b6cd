/** Checks before anything is changed: a Node that is new enough, and room on the disk. */
import { mkdirSync, statfsSync } from 'node:fs';
import { StartError } from './errors.mjs';

const OLDEST_NODE = [20, 19];
const ROOM_BYTES = 300 * 1024 * 1024;

/** @throws {StartError} */
export function checkNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor, wantedMinor] = OLDEST_NODE;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  throw new StartError(
    `This needs Node ${OLDEST_NODE.join('.')} or newer (20, 22 and 24 are tried); this is Node ${version}.`,
  );
}

/**
 * @param {string[]} folders  that will be written to; created when missing
 * @throws {StartError}
 */
export function checkDisk(folders, room = ROOM_BYTES) {
  for (const folder of folders) {
    try {
      mkdirSync(folder, { recursive: true });
      const { bavail, bsize } = statfsSync(folder);
      const free = Number(bavail) * Number(bsize);
      if (free < room)
        throw new StartError(
          `The disk is nearly full: ${megabytes(free)} MB free for ${folder}, and at least ${megabytes(room)} MB are wanted. Nothing was started or changed.`,
        );
    } catch (error) {
      if (error.code === 'ENOSPC') throw diskFull(folder, error);
      if (error.code === 'EACCES' || error.code === 'EROFS' || error.code === 'EPERM')
        throw new StartError(`${folder} cannot be written to (${error.code}). Nothing was started or changed.`, {
          cause: error,
        });
      throw error;
    }
  }
}

/** The error for an ENOSPC that comes later than the check. */
export function diskFull(where, cause) {
  return new StartError(`The disk is full (${where}). What runs is stopped in order; make room and start again.`, {
    cause,
  });
}

const megabytes = (bytes) => Math.floor(bytes / 1024 / 1024);
