import { mongo } from 'mongoose';
import { describeWithDatabase, useDatabase } from '../testing/database.mjs';
import { eventually } from '../testing/eventually.mjs';
import { RawClient } from '../testing/raw-client.mjs';

describeWithDatabase('after a crash', () => {
  const database = useDatabase(27396);

  /**
   * Writers that continue through failures until they are stopped. Each insert has a unique number, and
   * each counter is raised by one writer.
   */
  class Writers {
    /** @type {number[]} */
    acknowledged = [];
    /** @type {Map<number, { sure: number, asked: number }>} */
    counts = new Map();
    #go = true;
    #next = 0;

    /** @param {mongo.Db} db @param {number} writers */
    constructor(db, writers) {
      this.done = Promise.all(Array.from({ length: writers }, (_, writer) => this.#write(db, writer)));
    }

    /** @param {mongo.Db} db @param {number} writer */
    async #write(db, writer) {
      const count = { sure: 0, asked: 0 };
      this.counts.set(writer, count);
      while (this.#go) {
        const number = (this.#next += 1);
        await db
          .collection('facts')
          .insertOne({ _id: /** @type {any} */ (number) })
          .then(
            () => this.acknowledged.push(number),
            () => undefined,
          );
        count.asked += 1;
        await db
          .collection('counters')
          .updateOne({ _id: /** @type {any} */ (writer) }, { $inc: { n: 1 } }, { upsert: true })
          .then(
            () => (count.sure += 1),
            () => undefined,
          );
      }
    }

    stop() {
      this.#go = false;
      return this.done;
    }
  }

  /** @param {mongo.Db} db @param {Writers} writers */
  async function expectNothingLostOrTwice(db, writers) {
    const kept = new Set(await db.collection('facts').distinct('_id'));
    expect(writers.acknowledged.filter((number) => !kept.has(/** @type {any} */ (number)))).toEqual([]);
    for (const [writer, { sure, asked }] of writers.counts) {
      const { n } = /** @type {any} */ (
        await db.collection('counters').findOne({ _id: /** @type {any} */ (writer) })
      ) ?? { n: 0 };
      expect(n).toBeGreaterThanOrEqual(sure);
      expect(n).toBeLessThanOrEqual(asked);
      if (sure === asked) expect(n).toBe(sure);
    }
  }

  it('of PostgreSQL loses nothing acknowledged, does nothing twice, and work continues by itself', async () => {
    const db = await database.empty('crashes');
    const writers = new Writers(db, 8);
    await eventually(() => writers.acknowledged.length > 100);
    await database.kill('postgres');
    await database.startPostgres();
    const before = writers.acknowledged.length;
    await eventually(() => writers.acknowledged.length > before + 100);
    await writers.stop();
    await expectNothingLostOrTwice(db, writers);
  }, 60_000);

  it('of the front process loses nothing acknowledged, does nothing twice, and work continues by itself', async () => {
    const db = await database.empty('crashes');
    const writers = new Writers(db, 8);
    await eventually(() => writers.acknowledged.length > 100);
    await database.kill('documentdb-front');
    await database.startFront();
    const before = writers.acknowledged.length;
    await eventually(() => writers.acknowledged.length > before + 100);
    await writers.stop();
    await expectNothingLostOrTwice(db, writers);
  }, 60_000);

  it('of PostgreSQL, commands are refused with what to do until it is back', async () => {
    await database.empty('outage');
    const lsid = { id: new mongo.UUID() };
    const insert = {
      insert: 'things',
      documents: [{ _id: 1 }],
      lsid,
      txnNumber: mongo.Long.fromNumber(1),
      $db: 'outage',
    };
    const raw = await RawClient.connect(database.port);
    await database.kill('postgres');
    const refusal = await raw.run(insert);
    const hello = await raw.run({ hello: 1, $db: 'admin' });
    const ping = await raw.run({ ping: 1, $db: 'admin' });
    await database.startPostgres();
    await eventually(async () => (await raw.run({ hello: 1, $db: 'admin' })).isWritablePrimary);
    const answer = await raw.run(insert);
    raw.end();
    expect(refusal).toMatchObject({ ok: 0, errorLabels: ['RetryableWriteError'] });
    expect([10107, 11600]).toContain(refusal.code);
    expect(hello).toMatchObject({ ok: 1, isWritablePrimary: false });
    expect(ping.ok).toBe(0);
    expect(answer).toEqual({ n: 1, ok: 1 });
  }, 60_000);

  it('a numbered write and a commit are known to the next front process', async () => {
    const db = await database.empty('remembered');
    await db.createCollection('things');
    const write = {
      findAndModify: 'things',
      query: { _id: 1 },
      update: { $inc: { n: 1 } },
      upsert: true,
      new: true,
      $db: 'remembered',
    };
    const numbered = { ...write, lsid: { id: new mongo.UUID() }, txnNumber: mongo.Long.fromNumber(1) };
    const inTransaction = { lsid: { id: new mongo.UUID() }, txnNumber: mongo.Long.fromNumber(1), autocommit: false };
    const commit = { commitTransaction: 1, ...inTransaction, $db: 'admin' };

    const before = await RawClient.connect(database.port);
    await before.run(numbered);
    await before.run({ ...write, ...inTransaction, startTransaction: true });
    await before.run(commit);
    await database.kill('documentdb-front');
    await database.startFront();
    const after = await RawClient.connect(database.port);
    const again = await after.run(numbered);
    const committed = await after.run(commit);
    after.end();
    expect(again.value).toEqual({ _id: 1, n: 1 });
    expect(committed).toEqual({ ok: 1 });
    expect(await db.collection('things').findOne()).toMatchObject({ n: 2 });
  }, 60_000);

  it('of a client in the middle of a write, the others go on', async () => {
    const db = await database.empty('clients');
    await db.createCollection('things');
    for (let turn = 0; turn < 20; turn += 1) {
      const raw = await RawClient.connect(database.port);
      raw.send({ insert: 'things', documents: [{ turn }], $db: 'clients' });
      raw.end();
    }
    await db.collection('things').insertOne({ turn: 'last' });
    expect(await db.collection('things').countDocuments({ turn: 'last' })).toBe(1);
  });
});
