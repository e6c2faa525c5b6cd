import { type mongo } from 'mongoose';
import { dropIndexesOn, renameFields, replaceValue, type Renames } from './rename-fields.js';

/** The two versions of a mark, in each field that holds one. */
function markVersions(...fields: string[]): Renames {
  return Object.fromEntries(
    fields.flatMap((field) => [
      [`${field}.wanted`, `${field}.requested`],
      [`${field}.done`, `${field}.processed`],
    ]),
  );
}

const RENAMED: Readonly<Record<string, Renames>> = {
  webhook_events: { ...markVersions('handle'), hint: 'intent' },
  orders: markVersions('record', 'deliver', 'review'),
  stock_movements: { place: 'seq' },
  stock_entries: {
    ...markVersions('observe'),
    place: 'seq',
    looks: 'observations',
    drastic: 'largeChange',
    released: 'approved',
    'held.sweep': 'held.scan',
  },
  listings: {
    ...markVersions('push'),
    told: 'published',
    shown: 'observed',
    drastic: 'largeChange',
    released: 'approved',
    'rules.paused': 'rules.notForSale',
  },
  listing_pushes: markVersions('follow'),
  channel_observations: { told: 'published' },
  connections: { stopped: 'suspended', brakeReleased: 'brakeApproved', sweeps: 'scans' },
  commands: markVersions('finish'),
  imports: markVersions('work'),
  runs: markVersions('work'),
  alerts: markVersions('notify'),
};

/** Why work waits was stored as a sentence, and is a code now: by the field of each collection. */
const REASONS: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
  [
    'orders',
    'deliver.error',
    {
      'shadow: the delivery would be made now': 'reasons.shadow',
      'not all in stock': 'reasons.short',
      'the connection is paused': 'reasons.paused',
      'the ERP asked to wait': 'reasons.erp_asked',
      'the ERP that is the master of this stock is not configured': 'reasons.no_erp',
    },
  ],
  ['orders', 'review.error', { 'its reservation expires': 'reasons.expires' }],
  [
    'stock_entries',
    'observe.error',
    {
      'waits for the end of a look at everything': 'reasons.full_scan',
      'held by the brake until a person looks at it': 'reasons.brake',
    },
  ],
  ['listings', 'push.error', { 'held by the brake until a person looks at it': 'reasons.brake' }],
  ['commands', 'finish.error', { 'Nothing is written to the ERP before somebody takes it live': 'reasons.not_live' }],
];
const GROUP = 500;

/** Stored names and values become the words that the code and the API use. */
export async function useWordsOfTheField(db: mongo.Db): Promise<void> {
  for (const [collection, renames] of Object.entries(RENAMED)) await renameFields(db, collection, renames);
  for (const field of ['publishing', 'markedFor']) await replaceValue(db, 'connections', field, 'zero', 'stopped');
  for (const collection of ['listings', 'stock_entries']) await dropIndexesOn(db, collection, 'drastic.at');
  for (const [collection, field, codes] of REASONS)
    for (const [text, code] of Object.entries(codes)) await replaceValue(db, collection, field, text, code);
  await renameReturnAlerts(db);
}

/** The kind of an alert is part of its id: each is stored under the new one before the old one goes. */
async function renameReturnAlerts(db: mongo.Db): Promise<void> {
  const alerts = db.collection<{ _id: string; kind: string }>('alerts');
  for (;;) {
    const page = await alerts.find({ _id: { $gte: 'returned?/', $lt: 'returned?0' } }, { limit: GROUP }).toArray();
    if (page.length === 0) return;
    const kind = 'return_unresolved';
    const ids = page.map(({ _id }) => _id);
    await alerts.bulkWrite(
      page.map(({ _id, ...alert }) => ({
        updateOne: {
          filter: { _id: _id.replace('returned?', kind) },
          update: { $setOnInsert: { ...alert, kind } },
          upsert: true,
        },
      })),
    );
    await alerts.deleteMany({ _id: { $in: ids } });
  }
}
