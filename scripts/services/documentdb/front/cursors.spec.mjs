import { CURSOR_IDLE_MS, Cursors } from './cursors.mjs';
import { describeWithDatabase, useDatabase } from '../testing/database.mjs';

describe('Cursors', () => {
  const cursor = { database: 'shop', continuation: Buffer.alloc(0), session: 's', transaction: undefined };

  it('are forgotten after ten minutes without use, and kept by use', () => {
    const cursors = new Cursors();
    cursors.add({ ...cursor, id: 1n });
    cursors.add({ ...cursor, id: 2n });
    const start = Date.now();
    cursors.get(2n).usedAt = start + CURSOR_IDLE_MS;
    expect(cursors.deleteIdle(start + CURSOR_IDLE_MS + 1_000)).toEqual([1n]);
    expect(() => cursors.get(1n)).toThrow('cursor id 1 not found');
    expect(cursors.size).toBe(1);
  });
});

describeWithDatabase('cursors', () => {
  const database = useDatabase(27393);

  /** @param {string} name */
  async function filled(name) {
    const db = await database.empty(name);
    await db.collection('things').insertMany(Array.from({ length: 250 }, (_, n) => ({ n, parity: n % 2 })));
    return db;
  }

  it.each([
    ['in the order of the collection', (/** @type {any} */ things) => things.find({}, { batchSize: 20 }), 250],
    ['sorted', (/** @type {any} */ things) => things.find({}, { batchSize: 20 }).sort({ n: -1 }), 250],
    [
      'filtered and limited',
      (/** @type {any} */ things) => things.find({ parity: 1 }, { batchSize: 20, limit: 90 }),
      90,
    ],
    [
      'aggregated',
      (/** @type {any} */ things) =>
        things.aggregate([{ $sort: { n: 1 } }, { $group: { _id: '$n' } }], { batchSize: 20 }),
      250,
    ],
  ])('are read over several pages, %s, each document once', async (_, open, expected) => {
    const db = await filled('pages');
    const seen = new Set();
    for await (const document of open(db.collection('things'))) seen.add(String(document._id));
    expect(seen.size).toBe(expected);
  });

  it('give every page in the requested order', async () => {
    const db = await filled('sorted');
    const found = await db.collection('things').find({}, { batchSize: 7 }).sort({ n: -1 }).toArray();
    expect(found.map(({ n }) => n)).toEqual(Array.from({ length: 250 }, (_, n) => 249 - n));
  });

  it('can be killed, and are then unknown', async () => {
    const db = await filled('killed');
    const { cursor } = await db.command({ find: 'things', batchSize: 10, sort: { n: 1 } });
    expect(await db.command({ killCursors: 'things', cursors: [cursor.id] })).toMatchObject({
      cursorsKilled: [cursor.id],
      cursorsNotFound: [],
    });
    await expect(db.command({ getMore: cursor.id, collection: 'things' })).rejects.toMatchObject({
      code: 43,
      codeName: 'CursorNotFound',
    });
  });

  it('end with their session', async () => {
    const db = await filled('sessions');
    const session = database.client.startSession();
    const { cursor } = await db.command({ find: 'things', batchSize: 10 }, { session });
    await database.client.db('admin').command({ endSessions: [session.id] });
    await session.endSession();
    await expect(db.command({ getMore: cursor.id, collection: 'things' })).rejects.toMatchObject({ code: 43 });
  });

  it('of many pages may be open at once', async () => {
    const db = await filled('many');
    const counts = await Promise.all(
      Array.from(
        { length: 80 },
        async () => (await db.collection('things').find({}, { batchSize: 50 }).sort({ parity: 1 }).toArray()).length,
      ),
    );
    expect(new Set(counts)).toEqual(new Set([250]));
  });

  it('carry documents of many megabytes', async () => {
    const db = await database.empty('large');
    const megabyte = 'm'.repeat(1024 * 1024);
    await db.collection('things').insertMany(Array.from({ length: 40 }, (_, n) => ({ n, megabyte })));
    const sizes = await db
      .collection('things')
      .find()
      .map(({ megabyte: text }) => text.length)
      .toArray();
    expect(sizes).toEqual(Array(40).fill(megabyte.length));
  });
});
