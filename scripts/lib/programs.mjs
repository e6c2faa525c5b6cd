/** Our two programs: the app, and the sandbox that replaces the outside world while no account is given. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, spawnWatched } from '../services/process.mjs';
import { StartError } from './errors.mjs';
import { lengthOf, textSince } from './log-tail.mjs';
import { CREDENTIALS } from './placeholders.mjs';
import { lastLines } from './run.mjs';

const READY_WITHIN_MS = { sandbox: 20_000, app: 120_000 };

/**
 * @typedef {object} Running
 * @property {import('./state.mjs').RunningService} service
 * @property {Promise<{ code: number | null, signal: NodeJS.Signals | null }>} exited
 * @property {() => string} log  what it has written since it was started
 * @property {number} logFrom  where in its log file that begins
 *
 * @typedef {object} Launch
 * @property {import('./session.mjs').Session} session
 * @property {string} root
 * @property {Record<string, string | undefined>} env
 * @property {import('./output.mjs').Output} output
 */

/**
 * @param {Launch & { port: number, appPort: number }} launch
 * @returns {Promise<Running>} once its health address answers
 */
export function startSandbox({ session, root, env, output, port, appPort }) {
  const more = {
    SANDBOX_PORT: String(port),
    SANDBOX_DATA: join(session.set.dir, 'sandbox'),
    APP_URL: `http://127.0.0.1:${appPort}`,
  };
  // It runs only while no credential is given, so these hold placeholders at most; the app expects its own
  // sample secrets.
  for (const name of CREDENTIALS) more[name] = '';
  return startProgram({
    kind: 'sandbox',
    args: ['--enable-source-maps', join(root, 'dist/sandbox/main.js')],
    port,
    health: '/_sandbox/health',
    launch: { session, root, env: { ...env, ...more }, output },
  });
}

/**
 * @param {Launch & { port: number }} launch
 * @returns {Promise<Running>} once it is ready to take requests
 */
export function startApp({ session, root, env, output, port }) {
  return startProgram({
    kind: 'app',
    args: ['--enable-source-maps', join(root, 'dist/src/main.js')],
    port,
    health: '/health/ready',
    launch: { session, root, env: { ...env, PORT: String(port) }, output },
  });
}

async function startProgram({ kind, args, port, health, launch }) {
  const { session, root, env, output } = launch;
  const logFile = join(session.set.logDir, `${kind}.log`);
  const before = lengthOf(logFile);
  const log = () => textSince(logFile, before);
  const url = `http://127.0.0.1:${port}`;
  return output.step(`starting the ${kind}`, async () => {
    const { owned, exited } = await spawnWatched({
      name: kind,
      command: process.execPath,
      args,
      cwd: root,
      env,
      logFile,
    });
    for (const deadline = Date.now() + READY_WITHIN_MS[kind]; Date.now() < deadline; await sleep(50)) {
      if (!isAlive(owned)) throw await didNotStart(kind, exited, log());
      if (!(await answersOk(url + health))) continue;
      const service = { kind, source: 'built', url, port, processes: [owned], since: new Date().toISOString() };
      session.record(service);
      return { service, exited, log, logFrom: before };
    }
    throw new StartError(
      `The ${kind} runs but is not ready after ${READY_WITHIN_MS[kind] / 1000} s (${url}${health}). Its log ends with:\n${lastLines(log(), 30)}`,
    );
  });
}

/** Shows the program's own output, which explains the failure best. */
async function didNotStart(kind, exited, log) {
  const { code, signal } = await exited;
  const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
  return new StartError(
    `${lastLines(log, 60)}\n\nThe ${kind} ${how} before it was ready. Everything that was started is stopped.`,
    {
      exitCode: code || 1,
    },
  );
}

async function answersOk(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000), redirect: 'manual' });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}
