/** The ledger as its own master: movements per second, takers of a last unit, and the time to check all chains. */
import { openLedger } from '../test/support/ledger-node.mjs';
import { fillChains } from './ledger-chains.mjs';
import { run } from './ledger-tool.mjs';

const TO_CHECK = Number(process.env.BENCH_MOVEMENTS ?? 200_000);
const TAKERS = 200;
const ROUNDS = 20;
const CAUSE = { type: 'order', connection: 'bench', orderId: 'bench' };

/** @param {{ mongoUri: string, say: (line: string) => void }} services */
export async function benchLedger({ mongoUri, say }) {
  const node = await openLedger(mongoUri);
  const rows = [];
  const note = (...row) => {
    rows.push(row);
    say(`  ${row.join('   ')}`);
  };
  try {
    await node.prepare();
    await load(node, { skus: 50, callers: 64, movements: 2_000 });
    note(
      'movements of 500 SKUs, 256 callers',
      told(await load(node, { skus: 500, callers: 256, movements: 30_000 })),
      'bar 1,000/s',
    );
    note(
      'movements of one SKU, 64 callers, guarded',
      told(await load(node, { skus: 1, callers: 64, movements: 6_000, guarded: true })),
      'bar 300/s',
    );
    note('movements of one SKU, one caller', told(await load(node, { skus: 1, callers: 1, movements: 500 })), '');
    note(`${TAKERS} takers of the last unit, ${ROUNDS} rounds`, await lastUnits(node), 'bar: one winner each');
    note(`verify of ${count(TO_CHECK)} movements`, await check(node, mongoUri), '');
  } finally {
    await node.connection.dropDatabase();
    await node.close();
  }
  say(`\n${table(['what', 'measured', 'to reach'], rows)}`);
}

let loads = 0;

/**
 * Appends single reserves from concurrent callers, each waiting for its own. @returns counts, and
 * latencies in milliseconds
 */
async function load(node, { skus, callers, movements, guarded = false }) {
  loads += 1;
  const names = Array.from({ length: skus }, (_, i) => `LOAD-${loads}-${i}`);
  await stock(node, names, movements);
  const latencies = [];
  let next = 0;
  const since = performance.now();
  const caller = async () => {
    for (let n = next++; n < movements; n = next++) {
      const begun = performance.now();
      await append(node, names[n % skus], { kind: 'reserve', units: 1, guarded, key: `order/${n}`, cause: CAUSE });
      latencies.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const appended = performance.now() - since;
  await node.projection.beforeApplicationShutdown();
  latencies.sort((a, b) => a - b);
  const at = (share) => latencies[Math.floor(movements * share)];
  return {
    perSecond: (movements / appended) * 1000,
    projected: (movements / (performance.now() - since)) * 1000,
    p50: at(0.5),
    p99: at(0.99),
  };
}

async function lastUnits(node) {
  const times = [];
  let winners = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const sku = `LAST-${round}`;
    await stock(node, [sku], 1);
    const since = performance.now();
    const tries = await Promise.allSettled(
      Array.from({ length: TAKERS }, (_, i) =>
        append(node, sku, { kind: 'reserve', units: 1, guarded: true, key: `taker/${i}`, cause: CAUSE }),
      ),
    );
    times.push(performance.now() - since);
    winners += tries.filter(({ status }) => status === 'fulfilled').length;
  }
  times.sort((a, b) => a - b);
  return `${winners} winners in ${ROUNDS} rounds, all answered after ${Math.round(times[ROUNDS / 2])} ms (median)`;
}

async function check(node, mongoUri) {
  await node.connection.collection('stock_movements').deleteMany({});
  await node.connection.collection('stock_entries').deleteMany({});
  await fillChains(node.connection, TO_CHECK);
  const { seconds, status } = await run(mongoUri, 'verify');
  if (status !== 0) throw new Error(`verify ended with ${status}`);
  const perMillion = (seconds / TO_CHECK) * 1_000_000;
  return TO_CHECK === 1_000_000
    ? `${seconds.toFixed(0)} s`
    : `${seconds.toFixed(1)} s: a million would take ${perMillion.toFixed(0)} s`;
}

async function stock(node, skus, quantity) {
  await node.entries.ensure(skus.map((sku) => ({ sku, warehouse: 'main', master: 'ledger' })));
  await Promise.all(
    skus.map((sku) =>
      append(node, sku, { kind: 'sync_in', quantity, key: 'start', cause: { type: 'command', commandId: 'start' } }),
    ),
  );
}

function append(node, sku, command) {
  return node.ledger.append({ sku, warehouse: 'main', master: 'ledger', commands: [command] });
}

function told({ perSecond, projected, p50, p99 }) {
  return `${count(perSecond)}/s (${count(projected)}/s with their entries), p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`;
}

function count(number) {
  return Math.round(number).toLocaleString('en');
}

function table(head, rows) {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
