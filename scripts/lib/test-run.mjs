/** The steps of `npm test`. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { BUNDLE, ensureBundled } from './bundle.mjs';
import { StartError } from './errors.mjs';
import { onInterrupt } from './interrupt.mjs';
import { createOutput } from './output.mjs';
import { ensurePackages } from './packages.mjs';
import { cacheDir, ROOT } from './paths.mjs';
import { checkDisk, checkNode } from './preflight.mjs';
import { missingOdoo, testEnvironment } from './test-environment.mjs';
import { openTestSession, servicesFor } from './test-services.mjs';

const PROJECTS = ['unit', 'sandbox', 'laws', 'services', 'e2e', 'odoo'];
const BY_DEFAULT = ['unit', 'sandbox', 'laws', 'services', 'e2e'];
const NEED_SERVICES = ['services', 'e2e', 'odoo'];
/** Projects that start the built program and call it. */
const NEED_BUILD = ['e2e', 'odoo'];
/** As in a shell: 128 plus the signal's number. */
const INTERRUPTED = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/**
 * @param {string[]} args  names of jest projects, then arguments for jest
 * @returns {Promise<number>} jest's exit code
 */
export async function runTests(args) {
  const count = args.findIndex((arg) => !PROJECTS.includes(arg));
  const named = count === -1 ? args : args.slice(0, count);
  const projects = named.length > 0 ? named : BY_DEFAULT;
  const jestArgs = args.slice(named.length);
  checkNode();
  const output = createOutput();
  if (projects.includes('odoo')) sayWithoutOdoo(output);
  const { session, number } = openTestSession();
  checkDisk([session.set.dir, cacheDir()]);

  /** @type {import('./interrupt.mjs').Interrupt} */
  let interrupt;
  const interrupted = new Promise((resolve) => {
    interrupt = onInterrupt((signal) => {
      output.say(`\nInterrupted (${signal}): stopping the tests and what was started for them.`);
      resolve(INTERRUPTED[signal]);
    });
  });
  const working = work({ projects, jestArgs, output, session, number, interrupted });
  try {
    return await Promise.race([interrupted, working]);
  } finally {
    // jest first, because its tests clean up while the services are still there.
    await working.catch(() => {});
    await session.stopAll({ hurry: interrupt.hurry });
    session.release();
    interrupt.unlisten();
  }
}

async function work({ projects, jestArgs, output, session, number, interrupted }) {
  await ensurePackages({ root: ROOT, output, logDir: session.set.logDir });
  const isStarted = projects.some((project) => NEED_BUILD.includes(project));
  if (isStarted) await ensureBuilt({ root: ROOT, output });
  if (isStarted) await ensureBundled({ root: ROOT, output });
  const services = projects.some((project) => NEED_SERVICES.includes(project))
    ? await servicesFor(session, output)
    : {};
  const env = {
    ...testEnvironment(projects),
    ...services,
    TEST_RUN: String(number),
    ...(isStarted ? { TEST_PROGRAM: BUNDLE } : {}),
  };
  return jest(projects, jestArgs, env, interrupted);
}

function jest(projects, args, env, interrupted) {
  // The projects last: jest would take a path that follows them for one more project.
  const command = [join(ROOT, 'node_modules/jest/bin/jest.js'), ...args, '--selectProjects', ...projects];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, { cwd: ROOT, env, stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
    void interrupted.then(() => child.kill('SIGTERM'));
  });
}

/** Without a real Odoo its tests are skipped; one that is given in part is a mistake. */
function sayWithoutOdoo(output) {
  const missing = missingOdoo(process.env);
  if (missing.length === 0) return;
  if (process.env.ODOO_URL) throw new StartError(`ODOO_URL is given, but not: ${missing.join(', ')}.`);
  output.say(
    [
      'No ODOO_URL is given: the tests against a real Odoo 19 are skipped. Three ways to get one:',
      '  - on Debian or Ubuntu as root: `eval "$(npm run --silent odoo)"`, about two minutes;',
      '  - Docker: `docker run -d --name odoo-db -e POSTGRES_USER=odoo -e POSTGRES_PASSWORD=odoo -e POSTGRES_DB=postgres postgres:16`, then',
      '    `docker run -d --name odoo -p 8069:8069 --link odoo-db:db odoo:19 -- -d shop -i stock,base_automation`;',
      '  - an Odoo of your own that holds nothing real.',
      'For the last two make an API key (Preferences, Account Security) and set',
      '  ODOO_URL=http://127.0.0.1:8069 ODOO_DB=shop ODOO_USERNAME=admin ODOO_PASSWORD=... ODOO_API_KEY=...',
    ].join('\n'),
  );
}
