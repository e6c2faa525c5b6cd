/**
 * Installs the database engine: a Debian folder in the user's cache with PostgreSQL 18 and DocumentDB. The
 * host itself receives one package (debootstrap); everything else stays in the folder. After that, no
 * network is needed.
 */
import { access, mkdir, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BuildFailedError,
  DiskFullError,
  NoDebootstrapError,
  NoNetworkError,
  NoPackageError,
  NotRootError,
} from './install-errors.mjs';
import { withLock } from './install-lock.mjs';
import { aptProxy, mirrorCandidates, mirrorHasSuite } from './mirror.mjs';
import { makeRoot } from './root-build.mjs';
import { CommandFailedError, outputOf, runContained } from './run.mjs';
import { removeTree } from './remove-tree.mjs';

/** The Debian release that contains the engine. */
const SUITE = 'forky';
/** Raised when the content of the folder must change: an older folder is then built again. */
const EDITION = 1;
const MARKER = '.installed';
const NEEDED_BYTES = 2 * 1024 ** 3;

/**
 * Makes sure that the engine is installed. Safe to call from several processes at once, and after a killed installation.
 * @param {{ cacheDir: string, say: (line: string) => void }} where  `cacheDir`: the product's folder in the user's cache
 * @returns {Promise<{ root: string }>} the Debian folder
 * @throws {import('./install-errors.mjs').InstallError} a subclass that names the reason
 */
export async function ensureInstalled({ cacheDir, say }) {
  const home = join(cacheDir, 'documentdb');
  const root = join(home, `root-${EDITION}`);
  if (await exists(join(root, MARKER))) return { root };

  if (process.getuid?.() !== 0) throw new NotRootError('installing the document database needs root');
  await mkdir(home, { recursive: true });
  return withLock(
    join(home, 'install.lock'),
    async () => {
      if (!(await exists(join(root, MARKER)))) await install({ home, root, say });
      return { root };
    },
    () => say('another start is installing the document database: waiting for it'),
  );
}

/** @param {{ home: string, root: string, say: (line: string) => void }} where */
async function install({ home, root, say }) {
  const logFile = join(home, 'install.log');
  for (const name of await readdir(home))
    if (name.startsWith('building-') || join(home, name) === root) await removeTree(join(home, name));
  await checkSpace(home);
  await rm(logFile, { force: true });

  const building = join(home, `building-${process.pid}`);
  try {
    await ensureDebootstrap(logFile, say);
    const mirror = await findMirror(say);
    await makeRoot({ root: building, suite: SUITE, mirror, proxy: await aptProxy(), logFile, say });
    await writeFile(join(building, MARKER), `${EDITION}\n`);
    await rename(building, root);
  } catch (error) {
    await removeTree(building);
    throw explain(error, logFile);
  }
}

/** @param {string} folder */
async function checkSpace(folder) {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free < NEEDED_BYTES)
    throw new DiskFullError(
      `${folder} has ${Math.floor(free / 1024 ** 2)} MB free; the document database needs 2048 MB`,
    );
}

/** @param {string} logFile @param {(line: string) => void} say */
async function ensureDebootstrap(logFile, say) {
  if (await outputOf('sh', ['-c', 'command -v debootstrap'])) return;
  say('installing the package debootstrap');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = [
    '-y',
    '-q',
    '--no-install-recommends',
    '-oDPkg::Lock::Timeout=120',
    'install',
    'debootstrap',
    'debian-archive-keyring',
  ];
  try {
    await runContained('apt-get', install, { logFile, env }).catch(async () => {
      await runContained('apt-get', ['-q', 'update'], { logFile, env });
      await runContained('apt-get', install, { logFile, env });
    });
  } catch (error) {
    throw new NoDebootstrapError('apt could not install debootstrap', { cause: error, logFile });
  }
}

/** @param {(line: string) => void} say */
async function findMirror(say) {
  say('looking for a package mirror in the apt sources');
  const candidates = await mirrorCandidates();
  for (const mirror of candidates) if (await mirrorHasSuite(mirror, SUITE)) return mirror;
  if (candidates.length === 0)
    throw new NoNetworkError('no Debian mirror in the apt sources (DEBIAN_MIRROR names one)');
  throw new NoNetworkError(
    `no package mirror answers with Debian ${SUITE} (tried ${candidates.length} from the apt sources)`,
  );
}

/** @param {unknown} error @param {string} logFile */
function explain(error, logFile) {
  if (isNoSpace(error)) return new DiskFullError('the disk is full', { cause: error, logFile });
  if (!(error instanceof CommandFailedError)) return error;
  if (/Unable to locate package|has no installation candidate|unmet dependencies/.test(error.tail))
    return new NoPackageError('the package mirror does not carry the database engine for this machine', {
      cause: error,
      logFile,
    });
  if (/Could not resolve|Failed to fetch|Couldn't download|Unable to connect/.test(error.tail))
    return new NoNetworkError('the package mirror stopped answering', { cause: error, logFile });
  return new BuildFailedError(`installing the document database failed: ${error.message}`, { cause: error, logFile });
}

/** @param {unknown} error */
function isNoSpace(error) {
  if (error instanceof CommandFailedError) return error.tail.includes('No space left on device');
  return /** @type {NodeJS.ErrnoException} */ (error)?.code === 'ENOSPC';
}

/** @param {string} path */
function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}
