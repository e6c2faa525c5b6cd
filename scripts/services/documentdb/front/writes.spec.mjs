import mongoose, { mongo } from 'mongoose';
import { describeWithDatabase, useDatabase } from '../testing/database.mjs';
import { RawClient } from '../testing/raw-client.mjs';

describeWithDatabase('writes', () => {
  const database = useDatabase(27392);

  /** @param {Promise<unknown>} write @returns {Promise<any>} */
  const failure = (write) =>
    write.then(
      () => null,
      (error) => error,
    );

  describe('a duplicate key names the index, its keys and the value', () => {
    /** @type {mongo.Collection<any>} */
    let things;
    beforeEach(async () => {
      things = (await database.empty('duplicates')).collection('things');
      await things.createIndex({ shop: 1, 'item.sku': 1 }, { unique: true });
      await things.insertMany([
        { _id: 1, shop: 's', item: { sku: 'a' } },
        { _id: 2, shop: 's', item: { sku: 'b' } },
      ]);
    });
    const duplicate = { code: 11000, keyPattern: { shop: 1, 'item.sku': 1 }, keyValue: { shop: 's', 'item.sku': 'a' } };

    it('on insert', async () => {
      const error = await failure(things.insertOne({ shop: 's', item: { sku: 'a' } }));
      expect(error).toMatchObject(duplicate);
      expect(error.message).toBe(
        'E11000 duplicate key error collection: duplicates.things index: shop_1_item.sku_1 dup key: { shop: "s", item.sku: "a" }',
      );
    });
    it('on update', async () => {
      expect(await failure(things.updateOne({ _id: 2, shop: 's' }, { $set: { 'item.sku': 'a' } }))).toMatchObject(
        duplicate,
      );
    });
    it('on findOneAndUpdate', async () => {
      expect(await failure(things.findOneAndUpdate({ _id: 2 }, { $set: { 'item.sku': 'a' } }))).toMatchObject({
        ...duplicate,
        codeName: 'DuplicateKey',
      });
    });
    it('on an upsert', async () => {
      expect(
        await failure(things.updateOne({ _id: 9 }, { $set: { shop: 's', item: { sku: 'a' } } }, { upsert: true })),
      ).toMatchObject(duplicate);
    });
    it('of the _id', async () => {
      expect(await failure(things.insertOne({ _id: 1 }))).toMatchObject({
        code: 11000,
        keyPattern: { _id: 1 },
        keyValue: { _id: 1 },
      });
    });
  });

  it('an unordered group reports by index which of its documents were refused', async () => {
    const things = (await database.empty('groups')).collection('things');
    await things.insertOne({ _id: /** @type {any} */ ('c') });
    const group = ['a', 'b', 'c', 'd', 'a', 'e'].map((_id) => ({ _id: /** @type {any} */ (_id) }));
    const error = await failure(things.insertMany(group, { ordered: false }));
    expect(error.writeErrors.map((/** @type {any} */ one) => [one.index, one.code])).toEqual([
      [2, 11000],
      [4, 11000],
    ]);
    expect((await things.distinct('_id')).sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('an ordered group stops at the first refusal', async () => {
    const things = (await database.empty('ordered')).collection('things');
    const error = await failure(
      things.insertMany([{ _id: 1 }, { _id: 1 }, { _id: 2 }].map((one) => /** @type {any} */ (one))),
    );
    expect(error.writeErrors.map((/** @type {any} */ one) => one.index)).toEqual([1]);
    expect(await things.countDocuments()).toBe(1);
  });

  it('findOneAndUpdate takes conditions, upserts, pipelines and the usual operators', async () => {
    const things = /** @type {mongo.Collection<any>} */ ((await database.empty('found')).collection('things'));
    const after = /** @type {const} */ ({ returnDocument: 'after' });
    expect(await things.findOneAndUpdate({ _id: 1, n: { $gt: 0 } }, { $inc: { n: -1 } })).toBeNull();
    const made = await things.findOneAndUpdate(
      { _id: 1 },
      { $inc: { n: 5 }, $setOnInsert: { at: 'start' } },
      { upsert: true, ...after },
    );
    expect(made).toEqual({ _id: 1, n: 5, at: 'start' });
    const kept = await things.findOneAndUpdate(
      { _id: 1 },
      { $setOnInsert: { at: 'later' }, $min: { n: 3 }, $max: { top: 9 } },
      { upsert: true, ...after },
    );
    expect(kept).toEqual({ _id: 1, n: 3, at: 'start', top: 9 });
    for (const n of [1, 2, 3, 4]) await things.updateOne({ _id: 1 }, { $push: { last: { $each: [n], $slice: -2 } } });
    expect(
      await things.findOneAndUpdate({ _id: 1 }, [{ $set: { sum: { $sum: '$last' } } }, { $unset: 'top' }], after),
    ).toEqual({
      _id: 1,
      n: 3,
      at: 'start',
      last: [3, 4],
      sum: 7,
    });
    expect(await things.findOneAndDelete({ _id: 1 })).toMatchObject({ sum: 7 });
    expect(await things.findOneAndReplace({ _id: 2 }, { a: 1 }, { upsert: true, ...after })).toEqual({ _id: 2, a: 1 });
  });

  it('a mixed bulk write counts its effects', async () => {
    const things = /** @type {mongo.Collection<any>} */ ((await database.empty('bulk')).collection('things'));
    const result = await things.bulkWrite([
      { insertOne: { document: { _id: 1, n: 1 } } },
      { insertOne: { document: { _id: 2, n: 1 } } },
      { updateMany: { filter: {}, update: { $inc: { n: 1 } } } },
      { updateOne: { filter: { _id: 3 }, update: { $set: { n: 9 } }, upsert: true } },
      { replaceOne: { filter: { _id: 1 }, replacement: { n: 7 } } },
      { deleteOne: { filter: { _id: 2 } } },
    ]);
    expect(result).toMatchObject({
      insertedCount: 2,
      matchedCount: 3,
      modifiedCount: 3,
      upsertedCount: 1,
      deletedCount: 1,
      upsertedIds: { 3: 3 },
    });
    expect(await things.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 1, n: 7 },
      { _id: 3, n: 9 },
    ]);
  });

  it('of 200 concurrent takers of the last unit, one gets it', async () => {
    const units = /** @type {mongo.Collection<any>} */ ((await database.empty('units')).collection('units'));
    await units.insertOne({ _id: 1, left: 1 });
    const takes = await Promise.all(
      Array.from({ length: 200 }, () => units.findOneAndUpdate({ _id: 1, left: { $gt: 0 } }, { $inc: { left: -1 } })),
    );
    expect(takes.filter(Boolean)).toHaveLength(1);
    expect(await units.findOne({ _id: 1 })).toEqual({ _id: 1, left: 0 });
  });

  it('a hundred writers may create the same collection at once', async () => {
    const things = (await database.empty('fresh')).collection('things');
    await Promise.all(Array.from({ length: 100 }, (_, n) => things.insertOne({ n })));
    expect(await things.countDocuments()).toBe(100);
  });

  it.each([
    ['an $inc by something else than a number', { $inc: { n: 'one' } }, 14],
    ['a changed _id', { $set: { _id: 2 } }, 66],
    ['an unknown operator', { $increase: { n: 1 } }, 9],
    ['two operators on one field', { $set: { n: 1 }, $inc: { n: 1 } }, 40],
  ])('%s is refused with its code', async (_, update, code) => {
    const things = (await database.empty('refused')).collection('things');
    await things.insertOne({ _id: /** @type {any} */ (1), n: 1 });
    expect(await failure(things.updateOne({}, update))).toMatchObject({ code });
  });

  it('Mongoose models work unchanged', async () => {
    const connection = await mongoose.createConnection(database.uri, { dbName: 'models' }).asPromise();
    try {
      await connection.dropDatabase();
      const schema = new mongoose.Schema(
        { sku: { type: String, unique: true }, tags: [String], at: { type: Date, expires: 3600 } },
        { timestamps: true },
      );
      const Thing = connection.model('Thing', schema);
      await Thing.init();
      await Thing.create({ sku: 'a', tags: ['x'] });
      await expect(Thing.create({ sku: 'a' })).rejects.toMatchObject({ code: 11000, keyValue: { sku: 'a' } });
      const saved = await Thing.findOne({ sku: 'a' }).orFail();
      saved.tags.push('y');
      await saved.save();
      expect((await Thing.findOne({ sku: 'a' }).lean())?.tags).toEqual(['x', 'y']);
      expect((await Thing.syncIndexes()).length).toBe(0);
      await connection.transaction(async (session) => {
        await Thing.create([{ sku: 'b' }], { session });
        await Thing.updateOne({ sku: 'a' }, { $set: { tags: [] } }, { session });
      });
      expect(await Thing.countDocuments()).toBe(2);
    } finally {
      await connection.close();
    }
  });

  describe('a numbered write', () => {
    /** @param {Record<string, unknown>} command @param {mongo.UUID} id @param {number} number */
    const numbered = (command, id, number) => ({
      ...command,
      lsid: { id },
      txnNumber: mongo.Long.fromNumber(number),
      $db: 'numbered',
    });
    const increment = {
      findAndModify: 'things',
      query: { _id: 1 },
      update: { $inc: { n: 1 } },
      new: true,
      upsert: true,
    };

    it('that is sent again receives its first answer and is not repeated', async () => {
      const db = await database.empty('numbered');
      const raw = await RawClient.connect(database.port);
      const id = new mongo.UUID();
      const first = await raw.run(numbered(increment, id, 1));
      const again = await raw.run(numbered(increment, id, 1));
      const next = await raw.run(numbered(increment, id, 2));
      const late = await raw.run(numbered(increment, id, 1));
      raw.end();
      expect([first.value.n, again.value.n, next.value.n]).toEqual([1, 1, 2]);
      expect(late).toMatchObject({ ok: 0, code: 225, codeName: 'TransactionTooOld' });
      expect(await db.collection('things').findOne()).toMatchObject({ n: 2 });
    });

    it('that is sent twenty times at once is executed once', async () => {
      const db = await database.empty('numbered');
      await db.createCollection('things');
      const id = new mongo.UUID();
      const raws = await Promise.all(Array.from({ length: 20 }, () => RawClient.connect(database.port)));
      const answers = await Promise.all(
        raws.map((raw) => raw.run(numbered({ insert: 'things', documents: [{ a: 1 }] }, id, 1))),
      );
      for (const raw of raws) raw.end();
      expect(answers).toEqual(answers.map(() => ({ n: 1, ok: 1 })));
      expect(await db.collection('things').countDocuments()).toBe(1);
    });

    it('that was refused in part is refused in the same way when it is sent again', async () => {
      await database.empty('numbered');
      const raw = await RawClient.connect(database.port);
      const insert = numbered(
        { insert: 'things', documents: [{ _id: 1 }, { _id: 1 }, { _id: 2 }], ordered: false },
        new mongo.UUID(),
        1,
      );
      const first = await raw.run(insert);
      const again = await raw.run(insert);
      raw.end();
      expect(first).toMatchObject({ n: 2, writeErrors: [{ index: 1, code: 11000, keyValue: { _id: 1 } }] });
      expect(again).toEqual(first);
    });
  });
});
