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
import { CREDENTIALS } from './placeholders.mjs';
import { checkDisk, checkNode } from './preflight.mjs';
import { openTestSession, servicesFor } from './test-services.mjs';

const PROJECTS = ['unit', 'laws', 'services', 'e2e', 'odoo'];
const BY_DEFAULT = ['unit', 'laws', 'services', 'e2e'];
const NEED_SERVICES = ['services', 'e2e', 'odoo'];
/** These start the built program and talk to it. */
const NEED_BUILD = ['e2e', 'odoo'];
/** As the shell has it: 128 and the signal's number. */
const INTERRUPTED = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };
const ODOO = ['ODOO_URL', 'ODOO_DB', 'ODOO_PASSWORD', 'ODOO_API_KEY'];

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
  if (projects.includes('odoo')) checkOdoo(process.env);
  const output = createOutput();
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
    // jest first: its tests want to tidy up with the services still there.
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

/** Nobody's real account may be reached by a test, unless the tests against a real Odoo are asked for. */
function testEnvironment(projects) {
  const env = {
    ...process.env,
    NODE_ENV: 'test',
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules`.trim(),
  };
  const own = [
    'MONGODB_URI',
    'REDIS_URL',
    'REDIS_HOST',
    'REDIS_PORT',
    'REDIS_PASSWORD',
    'API_KEYS',
    'PUBLISHING',
    'PORT',
    'SANDBOX_URL',
  ];
  for (const name of own) delete env[name];
  const keepOdoo = projects.includes('odoo');
  for (const name of CREDENTIALS) if (!(keepOdoo && ODOO.includes(name))) delete env[name];
  return env;
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

function checkOdoo(env) {
  const missing = ODOO.filter((name) => !env[name]);
  if (!env.ODOO_USERNAME && !env.ODOO_LOGIN) missing.push('ODOO_USERNAME');
  if (missing.length === 0) return;
  throw new StartError(
    [
      `These tests need a real Odoo 19. Not set: ${missing.join(', ')}.`,
      'Two ways to get one:',
      '  - Docker: `docker run -d --name odoo-db -e POSTGRES_USER=odoo -e POSTGRES_PASSWORD=odoo -e POSTGRES_DB=postgres postgres:16`, then',
      '    `docker run -d --name odoo -p 8069:8069 --link odoo-db:db odoo:19 -- -d shop -i stock,sale_management`;',
      "  - Debian's package `odoo-19` (in unstable; on Debian 13 pinned from there), with PostgreSQL beside it.",
      'Then make an API key (Preferences, Account Security) and set',
      '  ODOO_URL=http://127.0.0.1:8069 ODOO_DB=shop ODOO_USERNAME=admin ODOO_PASSWORD=... ODOO_API_KEY=...',
    ].join('\n'),
  );
}
