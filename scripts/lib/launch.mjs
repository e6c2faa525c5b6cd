/** The steps of `npm start`, from a bare checkout to a table of addresses, and the watch over what runs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { findServices } from '../services/finder.mjs';
import { isAlive, refuseSpawns } from '../services/process.mjs';
import { ensureBuilt } from './build.mjs';
import { ownCredentialsKey } from './credentials-key.mjs';
import { readEnvironment } from './env.mjs';
import { StartError } from './errors.mjs';
import { onInterrupt } from './interrupt.mjs';
import { textSince } from './log-tail.mjs';
import { createOutput } from './output.mjs';
import { ensurePackages } from './packages.mjs';
import { cacheDir, ROOT, serviceSet } from './paths.mjs';
import { isPlaceholder, sandboxWanted } from './placeholders.mjs';
import { holderOf, isFree, nextFreePort } from './ports.mjs';
import { checkDisk, checkNode } from './preflight.mjs';
import { startApp, startSandbox } from './programs.mjs';
import { endRunning, lastLines } from './run.mjs';
import { openSession } from './session.mjs';
import { table } from './table.mjs';
import { watchSources } from './watch.mjs';

const APP_PORT = 3000;
const SANDBOX_PORT = 4010;
/** When everything is stopped, a start in progress fails by itself. */
const SETTLES_WITHIN_MS = 5_000;

/**
 * @param {{ watch: boolean, root?: string }} options
 * @returns {Promise<number>} the exit code, once everything is stopped again
 */
export async function launch({ watch, root = ROOT }) {
  checkNode();
  const output = createOutput();
  const set = serviceSet('dev', { root });
  checkDisk([set.dir, cacheDir()]);
  const opened = openSession(set, root);
  if ('heldBy' in opened) throw alreadyRuns(opened.heldBy);
  const { session } = opened;

  /** @type {import('./interrupt.mjs').Interrupt} */
  let interrupt;
  const interrupted = new Promise((resolve) => (interrupt = onInterrupt(() => resolve('interrupted'))));
  const running = bringUp({ session, root, output, watch });
  try {
    const ended = await Promise.race([interrupted, running]);
    if (ended !== 'interrupted') return ended;
    output.say('\nStopping (once more Ctrl-C hurries it)');
    return 0;
  } finally {
    // A start in progress must not spawn anything; its errors are those of being ended.
    refuseSpawns('everything is being stopped');
    endRunning();
    const settled = running.catch(() => {});
    await session.stopAll({ hurry: interrupt.hurry, say: output.say });
    await Promise.race([settled, sleep(SETTLES_WITHIN_MS)]);
    output.say('Stopped. Data and logs are kept in .local/.');
    session.release();
    interrupt.unlisten();
  }
}

async function bringUp({ session, root, output, watch }) {
  const since = Date.now();
  const environment = readEnvironment(root);
  await stopOrphans(session, output);
  const port = await appPort(environment.values.PORT);
  await ensurePackages({ root, output, logDir: session.set.logDir });
  // The compiler needs the processor, the services mostly the network and the disk: run together they take
  // less time.
  const wanted = { session, environment, output, root, cacheDir: cacheDir() };
  const [, services] = await Promise.all([ensureBuilt({ root, output }), findServices(wanted)]);
  const env = {
    ...environment.values,
    ...ownCredentialsKey(environment.values, session.set.dir),
    ...addresses(services),
  };
  const base = { session, root, output };

  const sandbox = sandboxWanted(environment) ? await sandboxOn(base, env, port) : null;
  if (sandbox) env.SANDBOX_URL = sandbox.service.url;
  const app = await startApp({ ...base, env, port });
  const address = `http://localhost:${port}`;
  session.tellAddress(address);
  output.say(table({ root, set: session.set, app: address, sandbox: sandbox?.service.url ?? null, services, env }));
  output.say(`  Ready after ${output.seconds(Date.now() - since)}.\n`);

  const fallen = fallenService(session, Object.values(services));
  if (watch)
    return watchSources({ ...base, env, port, app, sandbox, fallen, restartSandbox: () => sandboxOn(base, env, port) });
  const ended = [fallen, endOf('app', app)];
  if (sandbox) ended.push(endOf('sandbox', sandbox));
  throw await Promise.race(ended);
}

async function sandboxOn(base, env, appPort) {
  const wanted = Number(env.SANDBOX_PORT || SANDBOX_PORT);
  const port = (await isFree(wanted)) ? wanted : await nextFreePort(wanted + 1);
  if (port !== wanted) base.output.say(`  · sandbox: port ${wanted} is taken, so ${port} it is`);
  return startSandbox({ ...base, env, port, appPort });
}

/** The addresses in the variables that the app reads. Given values stay as they are. */
function addresses({ redis, database }) {
  const found = {};
  if (database.source !== 'environment') found.MONGODB_URI = database.url;
  if (redis.source !== 'environment') {
    const { hostname, port } = new URL(redis.url);
    Object.assign(found, { REDIS_URL: '', REDIS_HOST: hostname, REDIS_PORT: port });
  }
  return found;
}

async function stopOrphans(session, output) {
  for (const kind of ['app', 'sandbox']) {
    const left = session.state().services[kind];
    if (left?.processes.some(isAlive))
      output.say(`  · the ${kind} of an earlier start that did not end in order still ran; stopping it`);
    await session.stopKind(kind);
  }
}

async function appPort(given) {
  const port = isPlaceholder(given) ? APP_PORT : Number(given);
  // The app refuses an impossible number, together with everything else that is wrong.
  if (!Number.isInteger(port) || port < 0 || port > 65_535) return APP_PORT;
  if (port === 0) return nextFreePort(APP_PORT);
  if (await isFree(port)) return port;
  const holder = await holderOf(port);
  const who = holder ? `process ${holder.pid} (${holder.command})` : 'a process of another user';
  const other = await nextFreePort(port + 1);
  throw new StartError(
    `Port ${port} is taken by ${who}. Nothing was started. Stop that, or take another port:\n\n  PORT=${other} npm start`,
  );
}

/** Resolves with an error when a service that was started here ends by itself. */
async function fallenService(session, services) {
  for (;;) {
    for (const { kind, processes } of services)
      for (const owned of processes) {
        if (isAlive(owned)) continue;
        const end = lastLines(textSince(owned.logFile, 0), 15);
        return new StartError(
          `${kind}: ${owned.name} (pid ${owned.pid}) has ended by itself. Its log (${owned.logFile}) ends with:\n${end}`,
        );
      }
    await sleep(500);
  }
}

async function endOf(kind, { exited, log }) {
  const { code, signal } = await exited;
  const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
  return new StartError(`The ${kind} ${how}. Its log ends with:\n${lastLines(log(), 25)}`, { exitCode: code || 1 });
}

function alreadyRuns({ pid, address, since }) {
  const where = address ? `at ${address}` : 'and is still starting';
  return new StartError(
    `It runs already ${where} (process ${pid}, since ${new Date(since).toLocaleTimeString()}). Nothing was changed.\n` +
      'Stop it with Ctrl-C where it runs, or with: npm run services -- stop',
  );
}
