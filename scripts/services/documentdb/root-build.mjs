/** The steps that build the Debian folder. */
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inRoot } from './chroot.mjs';
import { removeTree } from './remove-tree.mjs';
import { runContained } from './run.mjs';

/** debootstrap does not know every release by name; the script of `sid` works for all of them. */
const SCRIPT = '/usr/share/debootstrap/scripts/sid';
/** Where the data folder and the socket folder are mounted inside. */
export const DATA_INSIDE = '/srv/data';
export const RUN_INSIDE = '/srv/run';

/**
 * @param {object} what
 * @param {string} what.root
 * @param {string} what.suite
 * @param {string} what.mirror
 * @param {{ lines: string[], env: NodeJS.ProcessEnv }} what.proxy
 * @param {string} what.logFile
 * @param {(line: string) => void} what.say
 */
export async function makeRoot({ root, suite, mirror, proxy, logFile, say }) {
  await configureDpkg(root);
  say('fetching a small Debian (about half a minute)');
  await runContained('debootstrap', ['--variant=minbase', '--force-check-gpg', suite, root, mirror, SCRIPT], {
    logFile,
    env: { ...process.env, ...proxy.env, LC_ALL: 'C.UTF-8' },
  });
  await configure(root, proxy.lines);

  say('installing PostgreSQL with DocumentDB in it (about half a minute)');
  const apt = (/** @type {string[]} */ ...args) => {
    const { command, args: line } = inRoot({ root, user: 'root:root', program: ['apt-get', '-q', '-y', ...args] });
    return runContained(command, line, { logFile });
  };
  await apt('update');
  await apt('--no-install-recommends', 'install', 'postgresql-18-documentdb');
  await apt('clean');
  await removeTree(join(root, 'var/lib/apt/lists'));
  await Promise.all([DATA_INSIDE, RUN_INSIDE].map((folder) => mkdir(join(root, folder), { recursive: true })));
  await runContained('sync', ['--file-system', root], { logFile }); // complete means complete on disk
}

/**
 * Runs before the first package: an unfinished folder is thrown away, so it needs no protection from a
 * power cut. @param {string} root
 */
async function configureDpkg(root) {
  await mkdir(join(root, 'etc/dpkg/dpkg.cfg.d'), { recursive: true });
  const leaveOut = ['doc', 'man', 'locale', 'info'].map((name) => `path-exclude=/usr/share/${name}/*`);
  await writeFile(
    join(root, 'etc/dpkg/dpkg.cfg.d/99local'),
    ['force-unsafe-io', ...leaveOut, 'path-include=/usr/share/doc/*/copyright', ''].join('\n'),
  );
}

/** @param {string} root @param {string[]} aptLines */
async function configure(root, aptLines) {
  const noService = join(root, 'usr/sbin/policy-rc.d');
  await writeFile(noService, '#!/bin/sh\nexit 101\n');
  await chmod(noService, 0o755);
  // A release's index is valid for a week only, and mirrors that are synchronised by hand lag behind; its
  // signature is checked all the same.
  await writeFile(
    join(root, 'etc/apt/apt.conf.d/99local'),
    ['Acquire::Languages "none";', 'Acquire::Check-Valid-Until "false";', ...aptLines, ''].join('\n'),
  );
  await mkdir(join(root, 'etc/postgresql-common'), { recursive: true });
  await writeFile(join(root, 'etc/postgresql-common/createcluster.conf'), 'create_main_cluster = false\n');
  for (const name of ['resolv.conf', 'hosts']) await copyFile(join('/etc', name), join(root, 'etc', name));
}
