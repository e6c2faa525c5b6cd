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
  stock_entries: { ...markVersions('observe'), place: 'seq', looks: 'observations', drastic: 'largeChange' },
  listings: {
    ...markVersions('push'),
    told: 'published',
    shown: 'observed',
    drastic: 'largeChange',
    'rules.paused': 'rules.notForSale',
  },
  listing_pushes: markVersions('follow'),
  channel_observations: { told: 'published' },
  connections: { stopped: 'suspended' },
  commands: markVersions('finish'),
  imports: markVersions('work'),
  runs: markVersions('work'),
  alerts: markVersions('notify'),
};

/** Stored names and values become the words that the code and the API use. */
export async function useWordsOfTheField(db: mongo.Db): Promise<void> {
  for (const [collection, renames] of Object.entries(RENAMED)) await renameFields(db, collection, renames);
  for (const field of ['publishing', 'markedFor']) await replaceValue(db, 'connections', field, 'zero', 'stopped');
  for (const collection of ['listings', 'stock_entries']) await dropIndexesOn(db, collection, 'drastic.at');
}
