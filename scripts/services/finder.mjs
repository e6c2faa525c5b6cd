/**
 * Finds or starts Redis and the database: the given address, a service that still runs from last time,
 * then each source in order.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf, StartError } from '../lib/errors.mjs';
import { isFree, nextFreePort } from '../lib/ports.mjs';
import { assertSpawnsAllowed, isAlive, SpawnRefused, stopOwned } from './process.mjs';
import { pingDatabase, pingRedis } from './probe.mjs';
import { givenDatabase, givenRedis } from './given.mjs';
import { DATABASE_SOURCES, REDIS_SOURCES } from './sources.mjs';

const GIVEN_ANSWERS_WITHIN_MS = 30_000;
const SAMPLE_ANSWERS_WITHIN_MS = 1_500;
const MOST_PORTS_TRIED = 3;

export const KINDS = [
  {
    kind: 'redis',
    label: 'Redis',
    ping: pingRedis,
    given: givenRedis,
    sources: REDIS_SOURCES,
    portOf: (set) => set.redisPort,
  },
  {
    kind: 'database',
    label: 'database',
    ping: pingDatabase,
    given: givenDatabase,
    sources: DATABASE_SOURCES,
    portOf: (set) => set.databasePort,
  },
];

/**
 * @typedef {object} Wanted
 * @property {import('../lib/session.mjs').Session} session
 * @property {import('../lib/env.mjs').Environment} environment
 * @property {import('../lib/output.mjs').Output} output
 * @property {string} root
 * @property {string} cacheDir
 * @property {number} [waitMs]  how long a given address may take to answer
 *
 * @param {Wanted} wanted
 * @param {typeof KINDS} [kinds]
 * @returns {Promise<{ redis: import('../lib/state.mjs').RunningService, database: import('../lib/state.mjs').RunningService }>}
 * @throws {StartError} that says what was tried and what to do
 */
export async function findServices(wanted, kinds = KINDS) {
  await clearUnfinished(wanted);
  const found = {};
  for (const kind of kinds) found[kind.kind] = await findOne(kind, wanted);
  return found;
}

async function findOne(kind, wanted) {
  const { session, environment, output } = wanted;
  const given = kind.given(environment);
  if (given && (await answersAsGiven(kind, given, wanted))) {
    await session.stopKind(kind.kind);
    return keep(kind, { url: given.url, source: 'environment' }, wanted);
  }
  if (environment.production)
    throw new StartError(
      `NODE_ENV is production and no address is given for ${kind.label}: set MONGODB_URI and REDIS_URL (or REDIS_HOST and REDIS_PORT).\n` +
        'A service that this command brings up by itself has no backup and nobody who looks after it: it is for development.',
    );
  const running = await takeOver(kind, wanted);
  if (running) return running;

  const tried = [];
  for (const source of inOrder(kind, session.state())) {
    const outcome = await findAt(source, kind, wanted);
    if ('skipped' in outcome) {
      await clearUnfinished(wanted, { quietly: true });
      output.say(`  · ${kind.label}: not from ${source.label}: ${outcome.skipped}`);
      tried.push(`  - ${source.label}: ${outcome.whole ?? outcome.skipped}`);
      continue;
    }
    output.say(`  ✓ ${kind.label}: from ${source.label}`);
    return keep(kind, { ...outcome, source: source.name }, wanted);
  }
  throw nothingWorks(kind, given, tried);
}

/** A port that was free a moment ago may have been taken in the meantime: then another one is tried. */
async function findAt(source, kind, wanted) {
  for (let left = MOST_PORTS_TRIED; ; left--) {
    const place = placeFor(kind, wanted);
    const outcome = await source.find(place).catch(asSkipped);
    const wasTaken = 'skipped' in outcome && place.chosen() !== null && !(await isFree(place.chosen()));
    if (!wasTaken || left === 1) return outcome;
    await clearUnfinished(wanted, { quietly: true });
  }
}

function asSkipped(error) {
  if (error instanceof SpawnRefused) throw error;
  return { skipped: reasonOf(error), whole: error.message };
}

/** @returns {Promise<boolean>} false only for sample values where no server answers */
async function answersAsGiven(kind, given, { output, waitMs = GIVEN_ANSWERS_WITHIN_MS }) {
  const first = await kind.ping(given.url, SAMPLE_ANSWERS_WITHIN_MS);
  if (first.ok) {
    output.say(`  ✓ ${kind.label}: at ${given.shown}, as ${given.names} says`);
    return true;
  }
  if (given.sample) {
    output.say(`  · ${kind.label}: not at ${given.shown} (the sample value in .env): ${first.reason}`);
    return false;
  }
  let { reason } = first;
  await output
    .step(`${kind.label}: waiting for ${given.shown} (${given.names}): ${reason}`, async () => {
      for (const deadline = Date.now() + waitMs; Date.now() < deadline; await sleep(250)) {
        assertSpawnsAllowed('waiting');
        const answer = await kind.ping(given.url, 2_000);
        if (answer.ok) return;
        reason = answer.reason;
      }
      throw new Error(reason);
    })
    .catch(() => {
      throw new StartError(
        `${kind.label} does not answer at ${given.shown}, which ${given.names} says: ${reason}.\n` +
          'An address that is given is never replaced by another one. Start what should answer there, correct the address, or remove it.',
      );
    });
  return true;
}

/** A service that a killed launcher left running. */
async function takeOver(kind, wanted) {
  const { session, output } = wanted;
  const left = session.state().services[kind.kind];
  if (!left || left.source === 'environment') return null;
  const whole = left.processes.length > 0 && left.processes.every(isAlive);
  if (whole && (await kind.ping(left.url)).ok) {
    output.say(
      `  ✓ ${kind.label}: still running from an earlier start that did not end in order; taken over (port ${left.port})`,
    );
    return left;
  }
  if (left.processes.some(isAlive))
    output.say(`  · ${kind.label}: half of it was left by an earlier start; stopped, starting it again`);
  if (left.source !== 'docker') await session.stopKind(kind.kind);
  return null;
}

/** Processes that were started but never answered, ours or an earlier launcher's. */
async function clearUnfinished({ session, output }, { quietly = false } = {}) {
  for (const owned of session.state().starting.filter(isAlive)) {
    if (!quietly) output.say(`  · ${owned.name} was left unfinished by an earlier start; stopped`);
    await stopOwned(owned);
  }
}

/** The source of last time comes first, because it has the data. */
function inOrder({ kind, sources }, state) {
  const last = sources.filter((source) => source.name === state.sources[kind]);
  return [...last, ...sources.filter((source) => !last.includes(source))];
}

function placeFor(kind, { session, environment, output, root, cacheDir }) {
  const state = session.state();
  const preferred = state.ports[kind.kind] ?? kind.portOf(session.set);
  let chosen = null;
  const port = async (fixed = false) => {
    if (fixed && state.sources[kind.kind] === 'docker') return preferred;
    chosen = (await isFree(preferred)) ? preferred : await nextFreePort(preferred + 1);
    if (chosen !== preferred) output.say(`  · ${kind.label}: port ${preferred} is taken, so ${chosen} it is`);
    return chosen;
  };
  return { root, cacheDir, set: session.set, env: environment.values, output, port, chosen: () => chosen };
}

function keep({ kind }, { url, port, processes = [], source }, { session }) {
  const service = { kind, url, port, processes, source, since: new Date().toISOString() };
  session.record(service);
  return service;
}

function nothingWorks(kind, given, tried) {
  const passedOver = given ? [`  - ${given.shown} from .env: nothing answers there`] : [];
  return new StartError(
    [
      `No ${kind.label} could be found or started. Tried, in this order:`,
      ...passedOver,
      ...tried,
      'The three easiest ways out:',
      '  1. start Docker (with its compose plugin), and run this again;',
      '  2. install redis-server and mongod (7 or newer), so that they are on the PATH;',
      '  3. set MONGODB_URI and REDIS_URL to servers that you have.',
    ].join('\n'),
  );
}
