/** Removes a Debian folder, but nothing that is mounted below it. */
import { readFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * @param {string} folder
 * @throws {Error} when something is mounted below it
 */
export async function removeTree(folder) {
  const mounts = await readFile('/proc/mounts', 'utf8');
  const below = mounts
    .split('\n')
    .some((line) => `${line.split(' ')[1] ?? ''}/`.startsWith(`${folder.replaceAll(' ', '\\040')}/`));
  if (below) throw new Error(`something is mounted under ${folder}: not removing it`);
  await promisify(execFile)('rm', ['-rf', '--one-file-system', folder]);
}
