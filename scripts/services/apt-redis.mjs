/**
 * Debian's or Ubuntu's own redis-server, downloaded by apt-get and unpacked into the cache folder. Nothing
 * is installed: no service of the system starts or changes, and the next clone finds it there without a
 * network.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { arch } from 'node:process';
import { join } from 'node:path';
import { findOnPath, lastLines, run } from '../lib/run.mjs';

const PROGRAMS = ['redis-server', 'valkey-server'];
const UPDATE_WITHIN_MS = 120_000;
const DOWNLOAD_WITHIN_MS = 180_000;

/**
 * The distribution, from os-release(5).
 * @returns {{ id: string, like: string, version: string }}
 */
export function distribution(file = '/etc/os-release') {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // not a Linux of this kind
  }
  const field = (name) => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  return { id: field('ID'), like: field('ID_LIKE'), version: field('VERSION_ID') };
}

/** @param {string} cacheDir */
const unpackedIn = (cacheDir) => {
  const { id, version } = distribution();
  return join(cacheDir, 'redis', `${id || process.platform}-${version || 'unknown'}-${arch}`);
};

/**
 * @param {string} cacheDir
 * @returns {Promise<{ binary: string, libraries: string } | null>} an earlier download that still runs
 */
export async function cachedRedis(cacheDir) {
  const root = unpackedIn(cacheDir);
  const name = PROGRAMS.find((program) => existsSync(join(root, 'usr/bin', program)));
  if (!name) return null;
  const found = { binary: join(root, 'usr/bin', name), libraries: librariesIn(root) };
  const { code } = await run(found.binary, ['--version'], {
    env: { ...process.env, LD_LIBRARY_PATH: found.libraries },
    timeoutMs: 5_000,
  });
  return code === 0 ? found : null;
}

/**
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {{ ok: true } | { ok: false, reason: string }}
 */
export function canUseApt(env = process.env) {
  const { id, like } = distribution();
  if (!/\b(debian|ubuntu)\b/.test(`${id} ${like}`)) return { ok: false, reason: 'this is not Debian or Ubuntu' };
  for (const program of ['apt-get', 'dpkg'])
    if (!findOnPath(program, env)) return { ok: false, reason: `${program} is not there` };
  if (process.getuid?.() !== 0) return { ok: false, reason: 'apt-get needs root' };
  return { ok: true };
}

/**
 * @param {{ cacheDir: string, logDir: string, output: import('../lib/output.mjs').Output }} options
 * @returns {Promise<{ binary: string, libraries: string }>}
 */
export async function redisByApt({ cacheDir, logDir, output }) {
  const target = unpackedIn(cacheDir);
  const work = `${target}.${process.pid}`;
  const logFile = join(logDir, 'apt.log');
  try {
    const archives = join(work, 'archives');
    mkdirSync(join(archives, 'partial'), { recursive: true });
    await output.step('Redis: downloading redis-server with apt-get', () => download(work, archives, logFile));
    const root = join(work, 'root');
    mkdirSync(root);
    for (const file of readdirSync(archives).filter((name) => name.endsWith('.deb')))
      await checked('dpkg', ['-x', join(archives, file), root], { logFile, timeoutMs: 60_000 });
    rmSync(target, { recursive: true, force: true });
    renameSync(root, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  const found = await cachedRedis(cacheDir);
  if (!found) throw new Error(`the downloaded redis-server does not run here (${target})`);
  return found;
}

/** Uses the machine's package lists first; if they are missing or out of date, downloads separate ones. */
async function download(work, archives, logFile) {
  const ownArchives = ['-o', `Dir::Cache::archives=${archives}`, '-o', 'APT::Sandbox::User=root'];
  const known = await downloadOne(ownArchives, logFile);
  if (known.ok) return;
  const lists = join(work, 'lists');
  mkdirSync(join(lists, 'partial'), { recursive: true });
  const ownLists = [
    '-o',
    `Dir::State::lists=${lists}`,
    '-o',
    'Dir::Cache::pkgcache=',
    '-o',
    'Dir::Cache::srcpkgcache=',
    ...ownArchives,
  ];
  const quickFailure = [
    '-o',
    'Acquire::Retries=1',
    '-o',
    'Acquire::http::Timeout=15',
    '-o',
    'Acquire::https::Timeout=15',
  ];
  await checked('apt-get', ['update', ...quickFailure, ...ownLists], { logFile, timeoutMs: UPDATE_WITHIN_MS });
  const fresh = await downloadOne(ownLists, logFile);
  if (!fresh.ok) throw new Error(fresh.reason);
}

async function downloadOne(options, logFile) {
  let reason = '';
  for (const name of PROGRAMS) {
    const args = [
      'install',
      '--yes',
      '--download-only',
      '--no-install-recommends',
      '-o',
      'Acquire::Retries=1',
      ...options,
      name,
    ];
    const { code, output } = await run('apt-get', args, { logFile, timeoutMs: DOWNLOAD_WITHIN_MS, env: aptEnv() });
    if (code === 0) return { ok: true };
    reason ||= `apt-get: ${lastLines(output, 2)}`;
  }
  return { ok: false, reason };
}

async function checked(command, args, options) {
  const { code, timedOut, output } = await run(command, args, { ...options, env: aptEnv() });
  if (code === 0) return;
  throw new Error(`${command} ${args[0]} ${timedOut ? 'took too long' : 'failed'}: ${lastLines(output, 2)}`);
}

const aptEnv = () => ({ ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' });

function librariesIn(root) {
  const dirs = [];
  for (const base of ['usr/lib', 'lib']) {
    if (!existsSync(join(root, base))) continue;
    for (const name of readdirSync(join(root, base))) if (name.includes('-linux-')) dirs.push(join(root, base, name));
  }
  return dirs.join(':');
}
