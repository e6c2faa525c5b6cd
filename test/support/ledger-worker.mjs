/**
 * One of several processes that write to one ledger. Takes jobs from its parent, one after the other, and
 * reports their results.
 */
import { openLedger } from './ledger-node.mjs';

const CALLERS = 100;

const node = await openLedger(process.env.LEDGER_URI, async (movements) => note(movements));
const JOBS = { stock, take, move, append, carryOn, idle };
process.on('message', (job) => {
  if (job.do === 'close') return void node.close().then(() => process.disconnect());
  JOBS[job.do](job).then(
    (result) => process.send({ result }),
    (error) => process.send({ error: String(error?.stack ?? error) }),
  );
});
// The parent has ended.
process.on('disconnect', () => process.exit());
process.send({ result: 'ready' });

const causeOf = (orderId) => ({ type: 'order', connection: 'shop', orderId });
const run = (sku, commands, more = {}) =>
  node.ledger.append({ sku, warehouse: 'main', master: 'ledger', commands, ...more });

/** Sets the first quantity of each SKU. */
async function stock({ skus, quantity }) {
  await node.entries.ensure(skus.map((sku) => ({ sku, warehouse: 'main', master: 'ledger' })));
  const cause = { type: 'command', commandId: 'start' };
  await Promise.all(skus.map((sku) => run(sku, [{ kind: 'sync_in', quantity, key: 'start', cause }])));
}

/**
 * Lets concurrent takers ask for one unit each. Gives back which of them received one, and how the others
 * were refused.
 */
async function take({ sku, takers, worker }) {
  const tries = Array.from({ length: takers }, (_, i) => {
    const key = `taker/${worker}/${i}`;
    return run(sku, [{ kind: 'reserve', units: 1, guarded: true, key, cause: causeOf(key) }]).then(
      () => ({ won: key }),
      (error) => ({ refused: error.name }),
    );
  });
  const results = await Promise.all(tries);
  return {
    winners: results.flatMap(({ won }) => won ?? []),
    refusals: results.flatMap(({ refused }) => refused ?? []),
  };
}

/**
 * Appends a number of movements in runs of one to eight: reserves, their ends, and manual changes, and now
 * and then one that the other processes append as well. Gives back the sum by SKU, the answers for the
 * shared ones, and the count.
 */
async function move({ movements, skus, worker, shared }) {
  const sums = new Map(skus.map((sku) => [sku, { quantity: 0, reserved: 0 }]));
  const answers = {};
  let made = 0;
  let turn = 0;
  const random = numbers(worker + 1);
  const count = (appended) => {
    for (const { sku, quantityDelta, reservedDelta } of appended) {
      sums.get(sku).quantity += quantityDelta;
      sums.get(sku).reserved += reservedDelta;
    }
    made += appended.length;
  };
  /** Several lines of one order: reserved, and some of them ended. */
  const lines = async (sku, key) => {
    const commands = Array.from({ length: (random() % 4) + 1 }, (_, i) => reserveOf(`${key}/${i}`, (random() % 3) + 1));
    const ends = commands
      .filter(() => random() % 3 > 0)
      .map(({ key: reserve, units, cause }) => endOf(reserve, units, cause, random() % 2));
    count(await run(sku, [...commands, ...ends]));
  };
  /** All or none. After a refusal, standing parts are requested again by their keys. */
  const guarded = async (sku, key) => {
    const commands = Array.from({ length: (random() % 3) + 1 }, (_, i) => ({
      ...reserveOf(`${key}/guarded/${i}`, 2),
      guarded: true,
    }));
    const standing = (error) => {
      if (error.name !== 'InsufficientStockError') throw error;
      return run(
        sku,
        commands.filter((command) => error.standing.includes(command.key)),
      );
    };
    count(await run(sku, commands, { allOrNone: true }).catch(standing));
  };
  const own = async (n) => {
    const sku = skus[random() % skus.length];
    const key = `${worker}/${n}`;
    const what = random() % 10;
    if (what === 0) count(await run(sku, [{ kind: 'adjust', by: (random() % 5) - 2, key, cause: causeOf(key) }]));
    else await (what < 4 ? guarded : lines)(sku, key);
  };
  const common = async (n) => {
    const [{ _id, kind }] = await run(skus[n % skus.length], [reserveOf(`shared/${n}`, 1)]);
    answers[n] = `${_id} ${kind}`;
  };
  const caller = async () => {
    for (let n = turn++; made < movements || n < shared; n = turn++) {
      if (n < shared) await common(n);
      if (made < movements) await own(n);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return { sums: Object.fromEntries(sums), answers, made };
}

function reserveOf(key, units) {
  return { kind: 'reserve', units, key, cause: causeOf(key) };
}

function endOf(reserve, units, cause, hasLeft) {
  return { kind: hasLeft ? 'commit' : 'release', units, key: `${reserve}/end`, cause };
}

/** Appends the given runs; gives back the ids of the movements, run by run. */
async function append({ runs }) {
  const appended = await Promise.all(runs.map(({ sku, commands }) => run(sku, commands)));
  return appended.map((movements) => movements.map(({ _id }) => _id));
}

/** Projects the movements that dead processes left, as the sweeper does when they are overdue. */
async function carryOn() {
  const overdue = await node.projectMarks.takeOverdue(1_000, 0, new Date(Date.now() + 3_600_000));
  const left = await node.movements.byIds(overdue);
  if (left.length > 0) await node.projection.projectNow(left);
  return overdue;
}

/** Waits until every appended movement is projected. */
async function idle() {
  await node.projection.beforeApplicationShutdown();
}

/** Replaces the listings: records every movement that it receives. */
async function note(movements) {
  if (!process.env.LEDGER_NOTES) return;
  await node.connection
    .collection(process.env.LEDGER_NOTES)
    .bulkWrite(
      movements.map(({ _id }) => ({ updateOne: { filter: { _id }, update: { $inc: { times: 1 } }, upsert: true } })),
    );
}

/** Pseudo-random numbers that are the same in every run: a linear congruence. */
function numbers(seed) {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8;
  };
}
