import { type mongo } from 'mongoose';

const GROUP = 500;

/** Changes that stored documents need before newer code may read them. Each may be repeated, and two processes may do it at once. */
const MIGRATIONS: readonly { readonly to: number; readonly run: (db: mongo.Db) => Promise<void> }[] = [
  { to: 2, run: nameWhatListingsAreMadeOf },
];

/** Brings the documents of an older release up to this one. @param from the schema version that the database has; 0: it is new */
export async function migrate(db: mongo.Db, from: number): Promise<void> {
  if (from === 0) return;
  for (const { to, run } of MIGRATIONS) if (to > from) await run(db);
}

/** Listings are found by the SKUs that they are made of. */
async function nameWhatListingsAreMadeOf(db: mongo.Db): Promise<void> {
  const listings = db.collection<{ _id: string; sku: string; skus?: string[] }>('listings');
  for (;;) {
    const rows = await listings.find({ skus: { $exists: false } }, { projection: { sku: 1 }, limit: GROUP }).toArray();
    if (rows.length === 0) return;
    await listings.bulkWrite(rows.map(({ _id, sku }) => ({ updateOne: { filter: { _id }, update: { $set: { skus: [sku] } } } })));
  }
}
