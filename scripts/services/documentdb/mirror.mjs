/** The source of Debian packages on this machine: its own apt sources only. */
import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outputOf } from './run.mjs';

const APT_HELPER = '/usr/lib/apt/apt-helper';

/**
 * Mirrors that may have Debian: `DEBIAN_MIRROR` alone if it is set, else apt's own. On Ubuntu the folder
 * `debian` beside `ubuntu` is tried, since mirrors often carry both.
 * @returns {Promise<string[]>} without trailing slash, best first
 */
export async function mirrorCandidates() {
  const given = process.env.DEBIAN_MIRROR?.replace(/\/+$/, '');
  if (given) return [given];
  const listed = await outputOf('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages']);
  const fromApt = listed
    .split('\n')
    .map((line) => line.trim().replace(/\/+$/, ''))
    .filter((uri) => /^https?:\/\/.*\/(debian|ubuntu)$/.test(uri))
    .map((uri) => uri.replace(/\/ubuntu$/, '/debian'));
  return [...new Set(fromApt)];
}

/**
 * Whether a mirror answers and has the suite. Uses apt's own downloader, so that apt's proxy settings
 * apply.
 * @param {string} mirror
 * @param {string} suite
 */
export async function mirrorHasSuite(mirror, suite) {
  const folder = await mkdtemp(join(tmpdir(), 'suite-'));
  const target = join(folder, 'InRelease');
  try {
    await outputOf(APT_HELPER, [
      '-oAcquire::Retries=1',
      '-oAcquire::http::Timeout=10',
      '-oAcquire::https::Timeout=10',
      'download-file',
      `${mirror}/dists/${suite}/InRelease`,
      target,
    ]);
    await access(target, constants.R_OK);
    return true;
  } catch {
    return false;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * apt's proxy settings, as lines of apt.conf and as the environment that debootstrap's downloader reads.
 * @returns {Promise<{ lines: string[], env: NodeJS.ProcessEnv }>}
 */
export async function aptProxy() {
  const lines = (await outputOf('apt-config', ['dump']))
    .split('\n')
    .filter((line) => /^Acquire::https?::proxy(?![a-z-])/i.test(line));
  /** @type {NodeJS.ProcessEnv} */
  const env = {};
  for (const line of lines) {
    const [, scheme, url] = /^Acquire::(https?)::proxy "(.*)";$/i.exec(line) ?? [];
    if (scheme && url && url !== 'DIRECT') env[`${scheme.toLowerCase()}_proxy`] = url;
  }
  return { lines, env };
}
