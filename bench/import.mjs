/**
 * An import of many rows into the product with its workers beside: new SKUs first, then other quantities
 * of the same. Timed from the first byte sent until every entry shows its number.
 */
import mongoose from 'mongoose';
import { setTimeout as pause } from 'node:timers/promises';
import { start } from './programs.mjs';

const ROWS = Number(process.env.BENCH_ROWS ?? 100_000);
/** Rows per chunk of the body. */
const PIECE = 1_000;

/** @param {{ mongoUri: string, redisUrl: string, say: (line: string) => void }} services */
export async function benchImport({ mongoUri, redisUrl, say }) {
  const env = { MONGODB_URI: mongoUri, REDIS_URL: redisUrl, PORT: '0', NODE_ENV: 'test' };
  const app = await start(['dist/src/main.js'], env, /listens on port \d+/);
  const database = await mongoose.createConnection(mongoUri).asPromise();
  const url = `http://127.0.0.1:${/port (\d+)/.exec(app.line)?.[1]}`;
  try {
    await measure({ url, database, say, name: `${ROWS} new SKUs`, quantity: (row) => row % 1_000 });
    await measure({ url, database, say, name: `${ROWS} other quantities`, quantity: (row) => (row % 1_000) + 1 });
    await measure({ url, database, say, name: `${ROWS} quantities as they are`, quantity: (row) => (row % 1_000) + 1 });
  } finally {
    await app.stop();
    await database.dropDatabase();
    await database.close();
  }
}

/** @param {{ url: string, database: mongoose.Connection, say: (line: string) => void, name: string, quantity: (row: number) => number }} file */
async function measure({ url, database, say, name, quantity }) {
  const startedAt = performance.now();
  const seconds = () => ((performance.now() - startedAt) / 1_000).toFixed(1);
  const sent = await fetch(`${url}/stock/import`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: rows(quantity),
    duplex: 'half',
  });
  let view = await sent.json();
  const answered = seconds();
  while (view.state === 'checking' || view.state === 'applying') {
    await pause(100);
    view = await (await fetch(`${url}${view.href}?limit=1`)).json();
  }
  const applied = seconds();
  const open = () =>
    database.collection('stock_movements').countDocuments({ 'project.due': { $exists: true } }, { limit: 1 });
  while ((await open()) > 0) await pause(100);
  say(
    `import of ${name}: answered ${sent.status} after ${answered} s, ${view.state} after ${applied} s, shown everywhere after ${seconds()} s; ${counts(view)}`,
  );
}

/** The file, chunk by chunk. */
function rows(quantity) {
  let row = 0;
  return new ReadableStream({
    pull(controller) {
      const piece = row === 0 ? ['sku,quantity'] : [];
      for (const end = Math.min(row + PIECE, ROWS); row < end; row += 1) piece.push(`BENCH-${row},${quantity(row)}`);
      controller.enqueue(new TextEncoder().encode(`${piece.join('\n')}\n`));
      if (row >= ROWS) controller.close();
    },
  });
}

function counts(view) {
  return Object.entries(view.counts)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(', ');
}
