import { describeWithDatabase, useDatabase } from '../testing/database.mjs';
import { eventually } from '../testing/eventually.mjs';

describeWithDatabase('indexes', () => {
  const database = useDatabase(27395);

  it('are listed as they were made, and dropped', async () => {
    const things = (await database.empty('listed')).collection('things');
    await things.createIndexes([
      { key: { shop: 1, at: -1 }, unique: true },
      { key: { at: 1 }, expireAfterSeconds: 60 },
      { key: { sku: 1 }, sparse: true },
      { key: { state: 1 }, partialFilterExpression: { open: true }, name: 'open' },
    ]);
    const listed = Object.fromEntries((await things.indexes()).map((index) => [index.name, index]));
    expect(listed).toMatchObject({
      _id_: { key: { _id: 1 } },
      'shop_1_at_-1': { key: { shop: 1, at: -1 }, unique: true },
      at_1: { expireAfterSeconds: 60 },
      sku_1: { sparse: true },
      open: { partialFilterExpression: { open: true } },
    });
    await things.dropIndex('open');
    await things.dropIndexes();
    expect((await things.indexes()).map(({ name }) => name)).toEqual(['_id_']);
  });

  it('of a filled collection exist when the answer comes', async () => {
    const things = (await database.empty('filled')).collection('things');
    await things.insertMany(Array.from({ length: 500 }, (_, n) => ({ n })));
    await things.createIndex({ n: 1 }, { unique: true });
    await expect(things.insertOne({ n: 7 })).rejects.toMatchObject({
      code: 11000,
      keyPattern: { n: 1 },
      keyValue: { n: 7 },
    });
    expect(await things.createIndex({ n: 1 }, { unique: true })).toBe('n_1');
  }, 30_000);

  it('may be requested by many at once', async () => {
    const things = (await database.empty('asked')).collection('things');
    await Promise.all(Array.from({ length: 10 }, () => things.createIndex({ n: 1 }, { unique: true })));
    expect((await things.indexes()).map(({ name }) => name)).toEqual(['_id_', 'n_1']);
  }, 30_000);

  it('that the documents forbid are refused', async () => {
    const things = (await database.empty('forbidden')).collection('things');
    await things.insertMany([{ n: 1 }, { n: 1 }]);
    await expect(things.createIndex({ n: 1 }, { unique: true })).rejects.toMatchObject({
      code: 11000,
      keyPattern: { n: 1 },
    });
    expect((await things.indexes()).map(({ name }) => name)).toEqual(['_id_']);
  }, 30_000);

  it('of the same name and other options are refused', async () => {
    const things = (await database.empty('options')).collection('things');
    await things.createIndex({ n: 1 });
    await expect(things.createIndex({ n: 1 }, { unique: true })).rejects.toMatchObject({
      code: 86,
      codeName: 'IndexKeySpecsConflict',
    });
  });

  it('of an unknown kind are refused', async () => {
    const things = (await database.empty('kinds')).collection('things');
    await expect(things.createIndex({ n: 1 }, { hidden: true })).rejects.toMatchObject({
      code: 115,
      codeName: 'CommandNotSupported',
    });
    await expect(things.indexes()).rejects.toMatchObject({ code: 26, codeName: 'NamespaceNotFound' });
  });

  it('that are unique and partial restrict only the documents that they cover', async () => {
    const things = (await database.empty('partial')).collection('things');
    await things.createIndex({ sku: 1 }, { unique: true, partialFilterExpression: { open: true } });
    await things.insertMany([{ sku: 'a' }, { sku: 'a' }, { sku: 'a', open: true }]);
    await expect(things.insertOne({ sku: 'a', open: true })).rejects.toMatchObject({ code: 11000 });
    expect(await things.countDocuments({ sku: 'a' })).toBe(3);
  });

  it('that are unique and sparse allow documents without the field', async () => {
    const things = (await database.empty('sparse')).collection('things');
    await things.createIndex({ sku: 1 }, { unique: true, sparse: true });
    await things.insertMany([{ a: 1 }, { a: 2 }, { sku: 'a' }]);
    await expect(things.insertOne({ sku: 'a' })).rejects.toMatchObject({ code: 11000 });
    expect(await things.countDocuments()).toBe(3);
  });

  it('with a time to live remove older documents, and only those', async () => {
    const things = (await database.empty('expiring')).collection('things');
    await things.createIndex({ at: 1 }, { expireAfterSeconds: 30 });
    const [past, future] = [new Date(Date.now() - 60_000), new Date(Date.now() + 3_600_000)];
    await things.insertMany([{ at: past }, { at: future }, { at: 'no date' }, {}]);
    await eventually(async () => (await things.countDocuments({ at: past })) === 0);
    expect(await things.countDocuments()).toBe(3);
  }, 150_000);
});
