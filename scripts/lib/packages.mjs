/**
 * The packages of package-lock.json in node_modules: checked, or installed now, from npm's cache while the
 * registry is unreachable.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from './errors.mjs';
import { lastLines, run } from './run.mjs';

/** By default npm waits several minutes for an unreachable registry. */
const FAIL_SOON = [
  '--fetch-retries=2',
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-maxtimeout=5000',
  '--fetch-timeout=60000',
];
const STAMP = 'node_modules/.package-lock.sha256';

/**
 * @param {string} root
 * @returns {'missing' | 'stale' | 'current'}
 */
export function packagesState(root) {
  if (!existsSync(join(root, 'node_modules'))) return 'missing';
  const hash = lockHash(root);
  if (readIfThere(join(root, STAMP)) === hash) return 'current';
  // Installed by hand: npm's own list in node_modules shows its content.
  if (!installedAsLocked(root)) return 'stale';
  writeFileSync(join(root, STAMP), hash);
  return 'current';
}

/**
 * Installs what is missing or out of date.
 * @param {{ root: string, output: import('./output.mjs').Output, logDir: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<boolean>} whether anything was installed
 */
export async function ensurePackages({ root, output, logDir, env = process.env }) {
  const state = packagesState(root);
  if (state === 'current') return false;
  const hash = lockHash(root);
  const logFile = join(logDir, 'npm.log');
  // Includes the tools for building and testing, whatever NODE_ENV says.
  const args = ['ci', '--prefer-offline', '--include=dev', '--no-audit', '--no-fund', '--no-progress', ...FAIL_SOON];
  const [command, before] = env.npm_execpath?.endsWith('.js') ? [process.execPath, [env.npm_execpath]] : ['npm', []];
  await output.step(`installing packages (${state})`, async () => {
    const ended = await run(command, [...before, ...args], { cwd: root, env, logFile }).catch((error) => {
      throw new StartError(`npm could not be started: ${error.message}`);
    });
    if (ended.code !== 0)
      throw new StartError(
        `npm ci failed, so the packages are not there (its whole output: ${logFile}):\n${lastLines(ended.output, 8)}\n` +
          "Without a registry it works from npm's cache only, which the first installation on this machine fills.",
      );
  });
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(join(root, STAMP), hash);
  return true;
}

const lockHash = (root) =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');

function installedAsLocked(root) {
  const hidden = readIfThere(join(root, 'node_modules/.package-lock.json'));
  if (!hidden) return false;
  const installed = JSON.parse(hidden).packages ?? {};
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages ?? {};
  return Object.entries(locked).every(
    ([path, entry]) => path === '' || entry.optional || entry.devOptional || installed[path]?.version === entry.version,
  );
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
