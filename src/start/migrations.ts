import { type mongo } from 'mongoose';
import { normalizeSku } from '../common/sku.js';
import { useWordsOfTheField } from './plain-words.js';
import { ignoreMissing } from './rename-fields.js';

const GROUP = 500;

/**
 * Changes that stored documents need before newer code may read them. Each can be repeated, and two
 * processes may run it at once.
 */
const MIGRATIONS: readonly { readonly to: number; readonly run: (db: mongo.Db) => Promise<void> }[] = [
  { to: 2, run: nameWhatListingsAreMadeOf },
  { to: 2, run: dropSparseMarkIndexes },
  { to: 3, run: keepHowConnectionsPublish },
  { to: 4, run: useWordsOfTheField },
  { to: 5, run: tidyWhatListingsAreMadeOf },
];

/** Migrates the documents of an older release. @param from the database's schema version; 0: it is new */
export async function migrate(db: mongo.Db, from: number): Promise<void> {
  if (from === 0) return;
  for (const { to, run } of MIGRATIONS) if (to > from) await run(db);
}

/** Stores on each listing the SKUs that it is made of, by which it is found. */
async function nameWhatListingsAreMadeOf(db: mongo.Db): Promise<void> {
  const listings = db.collection<{ _id: string; sku: string; skus?: string[] }>('listings');
  for (;;) {
    const rows = await listings.find({ skus: { $exists: false } }, { projection: { sku: 1 }, limit: GROUP }).toArray();
    if (rows.length === 0) return;
    await listings.bulkWrite(
      rows.map(({ _id, sku }) => ({ updateOne: { filter: { _id }, update: { $set: { skus: [sku] } } } })),
    );
  }
}

/**
 * A listing is made of its normalized SKU. One whose stock is counted under the platform's own text keeps that, as if a person had
 * said so: stock is never merged by machine.
 */
async function tidyWhatListingsAreMadeOf(db: mongo.Db): Promise<void> {
  type Listing = { _id: string; connection: string; sku: string; skus: string[]; externalId?: string; parts?: unknown };
  const listings = db.collection<Listing>('listings');
  const entries = db.collection('stock_entries');
  const own = { sku: { $type: 'string' as const }, parts: { $exists: false }, skus: { $ne: [] } };
  for await (const { _id, connection, sku, externalId = sku } of listings.find(own)) {
    const tidy = normalizeSku(sku);
    if (tidy === sku) continue;
    const isCounted = (await entries.findOne({ sku, seq: { $gt: 0 } }, { projection: { _id: 1 } })) !== null;
    const $set = isCounted ? { parts: [{ sku, quantity: 1 }] } : { skus: [tidy] };
    await listings.updateOne({ _id, ...own }, { $set });
    const twin = await listings.findOne({ _id: `${connection}/${encodeURIComponent(tidy)}` });
    if (!twin || isCounted) continue;
    // Two listings of one SKU: neither is published until a person maps them.
    const externalIds = [externalId, twin.externalId ?? tidy].sort();
    await listings.updateMany({ _id: { $in: [_id, twin._id] } }, { $set: { externalIds } });
  }
}

/**
 * The environment used to decide how connections publish. Stores that choice on each connection, so that
 * it stays as it was.
 */
async function keepHowConnectionsPublish(db: mongo.Db): Promise<void> {
  const connections = db.collection<{ _id: string; publishing?: string; markedFor?: string }>('connections');
  const rows = await connections.find({ publishing: { $exists: true }, markedFor: { $exists: false } }).toArray();
  for (const { _id, publishing } of rows)
    await connections.updateOne({ _id }, { $set: { markedFor: publishing, origin: 'environment' } });
}

/** They are created again as partial ones, under the same names. */
async function dropSparseMarkIndexes(db: mongo.Db): Promise<void> {
  const collections = await db.listCollections({}, { nameOnly: true }).toArray();
  for (const { name } of collections) {
    const indexes = await db.collection(name).indexes();
    const old = indexes.filter(({ key, sparse }) => sparse && Object.keys(key).some((field) => field.endsWith('.due')));
    for (const index of old)
      await db
        .collection(name)
        .dropIndex(index.name ?? '')
        .catch(ignoreMissing);
  }
}
