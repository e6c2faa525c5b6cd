import { mongo } from 'mongoose';
import { describeWithDatabase, useDatabase } from '../testing/database.mjs';
import { RawClient } from '../testing/raw-client.mjs';
import { Engine } from './engine.mjs';
import { TRANSACTION_LIFETIME_MS, Transactions } from './transactions.mjs';

describeWithDatabase('transactions', () => {
  const database = useDatabase(27394);
  /** @type {mongo.Collection<any>} */
  let things;
  beforeEach(async () => {
    things = (await database.empty('transactions')).collection('things');
    await things.insertOne({ _id: 1, n: 0 });
  });

  /** @param {(session: mongo.ClientSession) => Promise<unknown>} work */
  async function inSession(work) {
    const session = database.client.startSession();
    try {
      return await work(session);
    } finally {
      await session.endSession();
    }
  }

  /**
   * One command of a transaction, built by hand. @param {Record<string, unknown>} command @param
   * {mongo.UUID} id @param {{ start?: boolean, number?: number }} [how]
   */
  const part = (command, id, { start = false, number = 1 } = {}) => ({
    ...command,
    lsid: { id },
    txnNumber: mongo.Long.fromNumber(number),
    autocommit: false,
    ...(start ? { startTransaction: true } : {}),
    $db: 'commitTransaction' in command || 'abortTransaction' in command ? 'admin' : 'transactions',
  });
  const increment = { update: 'things', updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } } }] };

  it('show their effects to others only when they are committed, and then all of them', async () => {
    await inSession(async (session) => {
      session.startTransaction();
      await things.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session });
      await things.insertMany([{ _id: 2 }, { _id: 3 }], { session });
      expect(await things.countDocuments({}, { session })).toBe(3);
      expect(await things.find().toArray()).toEqual([{ _id: 1, n: 0 }]);
      await session.commitTransaction();
    });
    expect(await things.find().sort({ _id: 1 }).toArray()).toEqual([{ _id: 1, n: 1 }, { _id: 2 }, { _id: 3 }]);
  });

  it('leave nothing when they are aborted, including a new collection', async () => {
    await inSession(async (session) => {
      session.startTransaction();
      await things.deleteMany({}, { session });
      await database.client.db('transactions').collection('others').insertOne({ a: 1 }, { session });
      await session.abortTransaction();
    });
    expect(await things.countDocuments()).toBe(1);
    expect((await database.client.db('transactions').listCollections().toArray()).map(({ name }) => name)).toEqual([
      'things',
    ]);
  });

  it('see one moment of the database throughout', async () => {
    await inSession(async (session) => {
      session.startTransaction();
      expect(await things.findOne({ _id: 1 }, { session })).toEqual({ _id: 1, n: 0 });
      await things.updateOne({ _id: 1 }, { $set: { n: 9 } });
      expect(await things.findOne({ _id: 1 }, { session })).toEqual({ _id: 1, n: 0 });
      await session.commitTransaction();
    });
  });

  it('must start again when another one was faster', async () => {
    await inSession(async (session) => {
      session.startTransaction();
      await things.findOne({ _id: 1 }, { session });
      await things.updateOne({ _id: 1 }, { $set: { n: 9 } });
      const error = await things.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session }).catch((reason) => reason);
      expect(error).toMatchObject({ code: 112, codeName: 'WriteConflict' });
      expect(error.hasErrorLabel('TransientTransactionError')).toBe(true);
      await session.abortTransaction();
    });
    expect(await things.findOne()).toEqual({ _id: 1, n: 9 });
  });

  it('that count up concurrently lose no count', async () => {
    const count = () =>
      inSession((session) =>
        session.withTransaction(async () => {
          const { n } = await things.findOne({ _id: 1 }, { session });
          await things.updateOne({ _id: 1 }, { $set: { n: n + 1 } }, { session });
        }),
      );
    await Promise.all(Array.from({ length: 12 }, count));
    expect(await things.findOne()).toEqual({ _id: 1, n: 12 });
  });

  it('end with the first command that fails', async () => {
    await inSession(async (session) => {
      session.startTransaction();
      await things.insertOne({ _id: 2 }, { session });
      await expect(things.insertOne({ _id: 1 }, { session })).rejects.toMatchObject({ code: 11000 });
      const error = await things.insertOne({ _id: 3 }, { session }).catch((reason) => reason);
      expect(error).toMatchObject({ code: 251, codeName: 'NoSuchTransaction' });
      await session.abortTransaction();
    });
    expect(await things.countDocuments()).toBe(1);
  });

  it('read a cursor over several pages', async () => {
    await things.insertMany(Array.from({ length: 60 }, (_, n) => ({ n })));
    await inSession((session) =>
      session.withTransaction(async () => {
        expect(await things.find({}, { session, batchSize: 10 }).sort({ n: 1 }).toArray()).toHaveLength(61);
      }),
    );
  });

  it('refuse commands that cannot be part of one', async () => {
    const raw = await RawClient.connect(database.port);
    const answer = await raw.run(
      part({ createIndexes: 'things', indexes: [{ key: { n: 1 }, name: 'n_1' }] }, new mongo.UUID(), { start: true }),
    );
    raw.end();
    expect(answer).toMatchObject({ ok: 0, code: 263, codeName: 'OperationNotSupportedInTransaction' });
  });

  it('answer a repeated commit like the first one', async () => {
    const raw = await RawClient.connect(database.port);
    const id = new mongo.UUID();
    await raw.run(part(increment, id, { start: true }));
    const answers = [
      await raw.run(part({ commitTransaction: 1 }, id)),
      await raw.run(part({ commitTransaction: 1 }, id)),
    ];
    const afterwards = await raw.run(part(increment, id));
    raw.end();
    expect(answers).toEqual([{ ok: 1 }, { ok: 1 }]);
    expect(afterwards).toMatchObject({ code: 256, codeName: 'TransactionCommitted' });
    expect(await things.findOne()).toEqual({ _id: 1, n: 1 });
  });

  it('cannot be committed when they never existed, or are over', async () => {
    const raw = await RawClient.connect(database.port);
    const id = new mongo.UUID();
    const unknown = await raw.run(part({ commitTransaction: 1 }, id));
    await raw.run(part(increment, id, { start: true, number: 2 }));
    await raw.run(part({ abortTransaction: 1 }, id, { number: 2 }));
    const aborted = await raw.run(part({ commitTransaction: 1 }, id, { number: 2 }));
    raw.end();
    expect(unknown).toMatchObject({ code: 251, errorLabels: ['TransientTransactionError'] });
    expect(aborted).toMatchObject({ code: 251, errorLabels: ['TransientTransactionError'] });
  });

  it('are rolled back when their client disconnects', async () => {
    const raw = await RawClient.connect(database.port);
    await raw.run(part(increment, new mongo.UUID(), { start: true }));
    raw.end();
    await things.updateOne({ _id: 1 }, { $inc: { n: 10 } }); // waits for the lock of the abandoned transaction
    expect(await things.findOne()).toEqual({ _id: 1, n: 10 });
  });

  it('are rolled back when their session ends', async () => {
    const raw = await RawClient.connect(database.port);
    const id = new mongo.UUID();
    await raw.run(part(increment, id, { start: true }));
    await raw.run({ endSessions: [{ id }], $db: 'admin' });
    await things.updateOne({ _id: 1 }, { $inc: { n: 10 } });
    raw.end();
    expect(await things.findOne()).toEqual({ _id: 1, n: 10 });
  });

  it('are rolled back when they take longer than a minute', async () => {
    const engine = new Engine({ socketFolder: database.socketFolder, maxConnections: 2 });
    try {
      const transactions = new Transactions(engine);
      const name = { session: 'aa', number: 1n };
      const transaction = await transactions.enter({ ...name, start: true, owner: null });
      await transactions.sweep(transaction.startedAt + TRANSACTION_LIFETIME_MS);
      expect(transaction.state).toBe('open');
      await transactions.sweep(transaction.startedAt + TRANSACTION_LIFETIME_MS + 1);
      expect(transactions.openCount).toBe(0);
      await expect(transactions.enter({ ...name, start: false, owner: null })).rejects.toMatchObject({ code: 251 });
    } finally {
      await engine.close();
    }
  });
});
