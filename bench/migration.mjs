/** How long a database of an older release takes to open, by its movements, and whether its chains are right afterwards. */
import mongoose from 'mongoose';
import { fillChains } from './ledger-chains.mjs';
import { run } from './ledger-tool.mjs';

const MOVEMENTS = Number(process.env.BENCH_MOVEMENTS ?? 200_000);
/** The newest schema version in which movements had their old field names. */
const OLD_VERSION = 3;
const PAGE = 10_000;

/** @param {{ mongoUri: string, say: (line: string) => void }} services */
export async function benchMigration({ mongoUri, say }) {
  const { migrate } = await import('../dist/src/start/migrations.js');
  const connection = await mongoose.createConnection(mongoUri).asPromise();
  try {
    await fillChains(connection, MOVEMENTS);
    for (const name of ['stock_movements', 'stock_entries']) await giveOldNames(connection.collection(name));
    const since = performance.now();
    await migrate(connection.db, OLD_VERSION);
    const seconds = (performance.now() - since) / 1000;
    say(`  ${MOVEMENTS.toLocaleString('en')} movements brought up to date in ${seconds.toFixed(1)} s`);
    const verified = await run(mongoUri, 'verify');
    if (verified.status !== 0) throw new Error(`verify ended with ${verified.status}`);
    say(`  verified in ${verified.seconds.toFixed(1)} s`);
  } finally {
    await connection.dropDatabase();
    await connection.close();
  }
}

async function giveOldNames(collection) {
  for (let after = ''; ;) {
    const page = await collection
      .find({ _id: { $gt: after } }, { projection: { _id: 1 }, sort: { _id: 1 }, limit: PAGE })
      .toArray();
    const last = page.at(-1)?._id;
    if (last === undefined) return;
    await collection.updateMany({ _id: { $gt: after, $lte: last } }, { $rename: { seq: 'place' } });
    after = last;
  }
}
