/**
 * A small project for the tests of `npm start`: these scripts, these packages, and two programs of a few
 * lines in place of the app and the sandbox. Everything else is real.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT, serviceSet } from '../lib/paths.mjs';
import { processesOf, readState } from '../lib/state.mjs';
import { stopOwned } from '../services/process.mjs';

const PROGRAM = `
import { createServer } from 'node:http';
import { appendFileSync } from 'node:fs';
const port = Number(process.env[process.env.SANDBOX_PORT && process.argv[1]?.includes('sandbox') ? 'SANDBOX_PORT' : 'PORT']);
console.log('RECEIVED', JSON.stringify({ redis: process.env.REDIS_PORT, mongo: process.env.MONGODB_URI, sandbox: process.env.SANDBOX_URL }));
if (process.env.STAND_IN_REFUSES) {
  console.error('The configuration is not usable:\\n  PUBLISHING must be one of shadow, live, stopped');
  process.exit(78);
}
const server = createServer((request, response) => {
  if (request.url === '/crash') {
    console.error('Something broke for good');
    process.exit(7);
  }
  response.end('VERSION 1');
});
server.listen(port);
process.on('SIGTERM', () => {
  if (process.env.STAND_IN_HANGS) return;
  appendFileSync('ended.log', (process.argv[1]?.includes('sandbox') ? 'sandbox' : 'app') + '\\n');
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
`;

/** The variables of this machine that would affect the tests. */
const SILENCED = [
  'MONGODB_URI',
  'REDIS_URL',
  'REDIS_HOST',
  'REDIS_PORT',
  'NODE_OPTIONS',
  'NODE_ENV',
  'PORT',
  'SANDBOX_URL',
];

/** @returns {string} its root */
export function makeProject() {
  const root = mkdtempSync(join(tmpdir(), 'start-'));
  cpSync(join(ROOT, 'scripts'), join(root, 'scripts'), {
    recursive: true,
    filter: (path) => !path.endsWith('.spec.mjs'),
  });
  for (const file of [
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'docker-compose.yml',
    '.env.example',
  ])
    cpSync(join(ROOT, file), join(root, file));
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  for (const folder of ['src', 'sandbox']) {
    mkdirSync(join(root, folder));
    writeFileSync(join(root, folder, 'main.ts'), PROGRAM);
  }
  return root;
}

/** Stops what a test has left running and removes its traces; build results stay. */
export async function clearProject(root) {
  for (const kind of ['dev', 'test'])
    for (const owned of processesOf(readState(serviceSet(kind, { root }).dir)))
      await stopOwned(owned, { graceMs: 2_000 });
  for (const name of ['.local', 'ended.log']) rmSync(join(root, name), { recursive: true, force: true });
}

/**
 * Runs one of the scripts.
 * @param {string} root
 * @param {string[]} command  such as `['start.mjs']`
 * @param {Record<string, string | undefined>} env  beside the machine's own
 */
export function runScript(root, [script = '', ...args], env = {}) {
  return runProgram(root, process.execPath, [join(root, 'scripts', script), ...args], env);
}

/** As `runScript`, for any program of this machine, in the project's folder. */
export function runProgram(root, command, args, env = {}) {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !SILENCED.includes(name)));
  const child = spawn(command, args, { cwd: root, env: { ...clean, ...env } });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal, text })));
  let over = false;
  void ended.then(() => (over = true));
  return {
    child,
    ended,
    text: () => text,
    /** Waits until the output contains it. */
    shows: async (wanted) => {
      await until(() => wanted.test(text) || over);
      if (!wanted.test(text)) throw new Error(`ended without showing ${wanted}:\n${text}`);
      return text;
    },
  };
}

/** Waits for a condition; the test's own time-out is the limit. */
export async function until(condition) {
  while (!(await condition())) await sleep(25);
}

/** The lines that the stand-in programs wrote when they ended in order. */
export function endedInOrder(root) {
  try {
    return readFileSync(join(root, 'ended.log'), 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}
