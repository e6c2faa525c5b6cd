/** The compiled program in dist/, rebuilt when its sources have changed. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from './errors.mjs';
import { run } from './run.mjs';

const STAMP = 'dist/.inputs.sha256';
const FOLDERS = ['src', 'sandbox'];
const FILES = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/**
 * @param {string} root
 * @returns {string} a hash over the path and bytes of everything the build reads
 */
export function inputsHash(root) {
  const hash = createHash('sha256');
  for (const path of inputs(root))
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)))
      .update('\0');
  return hash.digest('hex');
}

function inputs(root) {
  const sources = FOLDERS.filter((folder) => existsSync(join(root, folder))).flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.spec.ts'))
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1)),
  );
  return [...FILES.filter((file) => existsSync(join(root, file))), ...sources.sort()];
}

/** @param {string} root */
export function isBuilt(root) {
  return existsSync(join(root, STAMP)) && readFileSync(join(root, STAMP), 'utf8') === inputsHash(root);
}

/** Records that dist/ holds the sources with this hash. */
export function markBuilt(root, hash) {
  writeFileSync(join(root, STAMP), hash);
}

/**
 * @param {{ root: string, output: import('./output.mjs').Output }} options
 * @returns {Promise<boolean>} whether anything was built
 */
export async function ensureBuilt({ root, output }) {
  const hash = inputsHash(root);
  if (existsSync(join(root, STAMP)) && readFileSync(join(root, STAMP), 'utf8') === hash) return false;
  // The compiler trusts its build info about dist/, which is wrong after a person emptied that folder.
  if (!existsSync(join(root, 'dist/src'))) rmSync(join(root, 'dist'), { recursive: true, force: true });
  await output.step('building', async () => {
    const { code, output: text } = await run(process.execPath, compilerArgs(root), { cwd: root });
    if (code !== 0) throw new StartError(`The sources do not compile:\n${text.trimEnd()}`);
  });
  markBuilt(root, hash);
  return true;
}

/** @param {string} root */
export function compilerArgs(root) {
  return [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'];
}
