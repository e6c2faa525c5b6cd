import { afterAll, beforeAll, describe, it } from '@jest/globals';
import fc from 'fast-check';
import { mongo } from 'mongoose';
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { DriverCollection } from './laws/support/database/driver.js';
import { Table } from './laws/support/database/table.js';
import { type Timeline } from './laws/support/time/timeline.js';

const PLAIN = { noNullPrototype: true } as const;
const ids = fc.constantFrom('a', 'b', 'c');
const numbers = fc.integer({ min: 0, max: 3 });
const dates = numbers.map((n) => new Date(1_800_000_000_000 + n));
const mark = fc.record(
  { requested: numbers, processed: numbers, since: dates },
  { requiredKeys: ['requested', 'processed'], noNullPrototype: true },
);
const doc = fc.record(
  {
    _id: ids,
    kind: numbers,
    entry: ids,
    key: fc.constantFrom('k', 'l'),
    mark,
    lease: fc.record({ until: dates }, PLAIN),
    skus: fc.array(ids, { maxLength: 2 }),
  },
  { requiredKeys: ['_id', 'entry', 'key', 'mark', 'skus'], noNullPrototype: true },
);

/** The forms of filters and updates that the repositories use. */
const filters = fc.oneof(
  ids.map((_id) => ({ _id })),
  fc.array(ids).map((list) => ({ _id: { $in: list } })),
  fc.tuple(ids, ids).map(([from, to]) => ({ _id: { $gt: from, $lte: to } })),
  fc.tuple(ids, numbers).map(([_id, wanted]) => ({ _id, 'mark.requested': wanted })),
  numbers.map((wanted) => ({ 'mark.requested': { $gt: wanted } })),
  fc.boolean().map((there) => ({ 'mark.since': { $exists: there } })),
  dates.map((since) => ({ 'mark.since': { $lte: since } })),
  fc.tuple(dates, ids).map(([now, _id]) => ({ $or: [{ 'lease.until': { $not: { $gt: now } } }, { _id }] })),
  fc.array(ids, { maxLength: 2 }).map((skus) => ({ skus: { $in: skus } })),
  ids.map((sku) => ({ skus: sku })),
  numbers.map((kind) => ({ kind: { $ne: kind } })),
  fc.array(numbers, { maxLength: 2 }).map((kinds) => ({ kind: { $nin: kinds } })),
);
const updates = fc.oneof(
  fc.record({ kind: numbers, 'mark.processed': numbers }, PLAIN).map(($set) => ({ $set })),
  dates.map((since) => ({ $inc: { 'mark.requested': 1 }, $min: { 'mark.since': since } })),
  fc.tuple(numbers, dates).map(([done, since]) => ({ $max: { 'mark.processed': done, 'lease.until': since } })),
  fc.constantFrom({ $unset: { 'mark.since': '', lease: '' } }, { $unset: { kind: '' } }),
  fc.array(ids, { maxLength: 2 }).map((more) => ({ $push: { skus: { $each: more, $slice: -2 } } })),
  fc.tuple(numbers, numbers).map(([kind, wanted]) => ({ $set: { 'mark.requested': wanted }, $setOnInsert: { kind } })),
);
/** A document that an upsert creates has a key of its own. */
const write = fc.record({ _id: ids, update: updates, upsert: fc.boolean() }).map(({ _id, update, upsert }) => {
  const fresh = { entry: _id, key: 'made', mark: { requested: 0, processed: 0 }, skus: [] };
  const touched = new Set(
    Object.values(update).flatMap((change) => Object.keys(change as object).map((path) => path.split('.')[0])),
  );
  const rest = Object.fromEntries(Object.entries(fresh).filter(([field]) => !touched.has(field)));
  const $setOnInsert = { ...rest, ...('$setOnInsert' in update ? update.$setOnInsert : {}) };
  return { updateOne: { filter: { _id }, update: upsert ? { ...update, $setOnInsert } : update, upsert } };
});
const operations = fc.oneof(
  fc.record({
    do: fc.constant('insertMany' as const),
    docs: fc.array(doc, { minLength: 1, maxLength: 4 }),
    ordered: fc.boolean(),
  }),
  fc.record({ do: fc.constant('updateMany' as const), filter: filters, update: updates }),
  fc.record({ do: fc.constant('updateOne' as const), filter: ids.map((_id) => ({ _id })), update: updates }),
  fc.record({
    do: fc.constant('bulkWrite' as const),
    writes: fc.array(write, { minLength: 1, maxLength: 3 }),
    ordered: fc.boolean(),
  }),
  fc.record({
    do: fc.constant('findOneAndUpdate' as const),
    filter: fc.tuple(ids, numbers).map(([_id, kind]) => ({ _id, kind })),
    update: updates,
  }),
  fc.record({
    do: fc.constant('find' as const),
    filter: filters,
    sort: fc.constantFrom({ _id: 1 as const }, { _id: -1 as const }),
    limit: fc.integer({ min: 1, max: 4 }),
  }),
);
type Operation = typeof operations extends fc.Arbitrary<infer O> ? O : never;

/** The part of a collection that is used here, of the driver or in memory. */
interface Collection {
  insertMany(docs: readonly object[], options: { ordered: boolean }): Promise<unknown>;
  updateMany(filter: object, update: object): Promise<{ matchedCount: number }>;
  updateOne(filter: object, update: object): Promise<{ matchedCount: number }>;
  bulkWrite(
    writes: readonly object[],
    options: { ordered: boolean },
  ): Promise<{ matchedCount: number; upsertedIds: object }>;
  findOneAndUpdate(filter: object, update: object, options: { returnDocument: 'after' }): Promise<unknown>;
  find(filter: object, options: { sort?: object; limit?: number }): { toArray(): Promise<unknown[]> };
}

async function answerOf(collection: Collection, operation: Operation): Promise<unknown> {
  switch (operation.do) {
    case 'insertMany':
      try {
        await collection.insertMany(operation.docs, { ordered: operation.ordered });
        return 'all';
      } catch (error) {
        const { writeErrors } = error as {
          writeErrors: { index: number; code: number }[] | { index: number; code: number };
        };
        return [writeErrors].flat().map(({ index, code }) => [index, code]);
      }
    case 'updateMany':
      return (await collection.updateMany(operation.filter, operation.update)).matchedCount;
    case 'updateOne':
      return (await collection.updateOne(operation.filter, operation.update)).matchedCount;
    case 'bulkWrite': {
      const { matchedCount, upsertedIds } = await collection.bulkWrite(operation.writes, {
        ordered: operation.ordered,
      });
      return { matchedCount, upsertedIds: { ...upsertedIds } };
    }
    case 'findOneAndUpdate':
      return collection.findOneAndUpdate(operation.filter, operation.update, { returnDocument: 'after' });
    case 'find':
      return collection.find(operation.filter, { sort: operation.sort, limit: operation.limit }).toArray();
  }
}

/** No concurrent calls and no failures. */
const CALM = {
  trace: null,
  random: { chance: () => false },
  weather: { conflicts: () => false },
  call: async (_where: string, _label: string, effect: () => unknown) => effect(),
} as unknown as Timeline;

function memory(): Collection {
  const table = new Table('memory', { uniqueOn: ({ entry, key }) => `${String(entry)}\n${String(key)}` });
  return new DriverCollection(table, CALM) as unknown as Collection;
}

describe('the database in memory of the laws', () => {
  const uri = databaseUri(`memory_${randomUUID().slice(0, 8)}`);
  const client = new mongo.MongoClient(uri);

  beforeAll(() => client.connect());
  afterAll(async () => {
    await client.db().dropDatabase();
    await client.close();
  });

  it('answers as the database does, and stores the same', async () => {
    const real = client.db().collection<{ _id: string }>('real');
    await real.createIndex({ entry: 1, key: 1 }, { unique: true });
    await fc.assert(
      fc.asyncProperty(fc.array(operations, { minLength: 1, maxLength: 12 }), async (list) => {
        await real.deleteMany({});
        const other = memory();
        for (const operation of list) {
          const [expected, found] = [await answerOf(real, operation), await answerOf(other, operation)];
          if (!isDeepStrictEqual(found, expected))
            throw new Error(`${operation.do}: ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);
        }
        const everything = { do: 'find' as const, filter: {}, sort: { _id: 1 as const }, limit: 10 };
        const [expected, found] = [
          await answerOf(real, everything as Operation),
          await answerOf(other, everything as Operation),
        ];
        if (!isDeepStrictEqual(found, expected))
          throw new Error(`in the end ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);
      }),
      { numRuns: 60 },
    );
  });
});

function databaseUri(name: string): string {
  const given = process.env.MONGODB_URI;
  if (!given) throw new Error('MONGODB_URI is not set: run the tests with npm test');
  return given.replace(/^(mongodb:\/\/[^/]+)(\/[^?]*)?/, `$1/${name}`);
}
