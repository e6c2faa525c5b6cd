import { mongo } from 'mongoose';
import { describeWithDatabase, useDatabase } from '../testing/database.mjs';
import { RawClient } from '../testing/raw-client.mjs';
import { encode } from './wire/document.mjs';

describeWithDatabase('commands', () => {
  const database = useDatabase(27391);

  it('a driver finds a primary that offers transactions, and no stream of hellos', async () => {
    const hello = await database.client.db('admin').command({ hello: 1 });
    expect(hello).toMatchObject({
      isWritablePrimary: true,
      setName: 'npm-start',
      maxWireVersion: 21,
      logicalSessionTimeoutMinutes: 30,
      ok: 1,
    });
    expect(hello.hosts).toEqual([hello.me]);
    expect(hello.primary).toBe('127.0.0.1:27391');
    expect(hello.topologyVersion).toBeUndefined();
    expect(hello.compression).toBeUndefined();
  });

  it.each([
    ['ping', { ping: 1 }, {}],
    ['isMaster', { isMaster: 1 }, { ismaster: true }],
    ['buildInfo', { buildInfo: 1 }, { bits: 64 }],
    ['hostInfo', { hostInfo: 1 }, { os: { type: 'linux' } }],
    ['connectionStatus', { connectionStatus: 1 }, { authInfo: { authenticatedUsers: [] } }],
    ['serverStatus', { serverStatus: 1 }, { repl: { setName: 'npm-start', isWritablePrimary: true } }],
    ['replSetGetStatus', { replSetGetStatus: 1 }, { set: 'npm-start', myState: 1 }],
    [
      'getParameter',
      { getParameter: 1, featureCompatibilityVersion: 1 },
      { featureCompatibilityVersion: { version: '7.0' } },
    ],
    ['getLog', { getLog: 'startupWarnings' }, { log: [] }],
    ['getCmdLineOpts', { getCmdLineOpts: 1 }, { argv: [] }],
    ['currentOp', { currentOp: 1 }, { inprog: expect.any(Array) }],
    ['listDatabases', { listDatabases: 1 }, { databases: expect.any(Array) }],
  ])('%s is answered', async (_, command, expected) => {
    expect(await database.client.db('admin').command(command)).toMatchObject({ ...expected, ok: 1 });
  });

  it('an unknown command is refused with its code and name', async () => {
    const refusal = database.client.db('shop').command({ makeCoffee: 1 });
    await expect(refusal).rejects.toMatchObject({ code: 59, codeName: 'CommandNotFound' });
  });

  it('a change stream is refused with a clear reason', async () => {
    const stream = (await database.empty('streams')).collection('things').watch();
    await expect(stream.next()).rejects.toThrow('change streams are not available');
    await stream.close();
  });

  it('collections are made, listed, described, renamed and dropped', async () => {
    const db = await database.empty('collections');
    await db.createCollection('things');
    await db.collection('things').insertOne({ a: 1 });
    await db.createCollection('ones', { viewOn: 'things', pipeline: [{ $match: { a: 1 } }] });
    expect((await db.listCollections().toArray()).map(({ name, type }) => [name, type]).sort()).toEqual([
      ['ones', 'view'],
      ['things', 'collection'],
    ]);
    expect(
      await db
        .collection('ones')
        .find({}, { projection: { _id: 0 } })
        .toArray(),
    ).toEqual([{ a: 1 }]);
    expect(await db.command({ collStats: 'things' })).toMatchObject({ ns: 'collections.things', nindexes: 1 });
    expect(await db.command({ validate: 'things' })).toMatchObject({ valid: true });
    expect(await db.stats()).toMatchObject({ db: 'collections', collections: 1 });
    await db.command({ collMod: 'things', validator: { b: { $exists: true } } });
    await expect(db.collection('things').insertOne({ a: 2 })).rejects.toMatchObject({ code: 121 });
    await db.dropCollection('ones');
    await db.renameCollection('things', 'items');
    expect(await db.collection('items').countDocuments()).toBe(1);
    expect(await db.collection('items').drop()).toBe(true);
    expect(await db.listCollections().toArray()).toEqual([]);
    await expect(db.command({ create: 'full', capped: true, size: 1000 })).rejects.toMatchObject({ code: 115 });
  });

  it('a dropped database is gone', async () => {
    const db = await database.empty('dropped');
    await db.collection('things').insertOne({});
    expect(await db.dropDatabase()).toBe(true);
    const { databases } = await database.client.db('admin').admin().listDatabases();
    expect(databases.map(({ name }) => name)).not.toContain('dropped');
  });

  it('a plan is explained', async () => {
    const db = await database.empty('explained');
    await db.collection('things').insertOne({ a: 1 });
    for (const explain of [{ find: 'things', filter: { a: 1 } }, { count: 'things' }, { distinct: 'things', key: 'a' }])
      expect(await db.command({ explain })).toMatchObject({ queryPlanner: { engine: 'documentdb' } });
    expect(
      await db
        .collection('things')
        .aggregate([{ $match: { a: 1 } }])
        .explain(),
    ).toMatchObject({ ok: 1 });
    await expect(db.command({ explain: { insert: 'things' } })).rejects.toMatchObject({ code: 115 });
  });

  it('counts are exact at once, of everything too', async () => {
    const db = await database.empty('counted');
    await db.collection('things').insertMany(Array.from({ length: 30 }, (_, n) => ({ n })));
    await db.collection('things').deleteMany({ n: { $lt: 5 } });
    expect(await db.collection('things').estimatedDocumentCount()).toBe(25);
    expect(await db.collection('things').countDocuments({ n: { $gte: 20 } })).toBe(10);
    expect((await db.command({ count: 'things', query: { n: { $gte: 20 } }, limit: 3 })).n).toBe(3);
    expect(await db.collection('things').distinct('n', { n: { $lt: 7 } })).toEqual([5, 6]);
  });

  it('numbers keep their kind on the way in and out', async () => {
    const db = await database.empty('numbers');
    const sent = {
      int: new mongo.Int32(1),
      long: mongo.Long.fromString('9007199254740993'),
      real: new mongo.Double(1),
      decimal: mongo.Decimal128.fromString('1.10'),
    };
    await db.collection('things').insertOne({ _id: /** @type {any} */ (1), ...sent });
    const kinds = {
      int: { $type: '$int' },
      long: { $type: '$long' },
      real: { $type: '$real' },
      decimal: { $type: '$decimal' },
    };
    expect(
      await db
        .collection('things')
        .aggregate([{ $project: { _id: 0, ...kinds } }])
        .toArray(),
    ).toEqual([{ int: 'int', long: 'long', real: 'double', decimal: 'decimal' }]);
    const [found] = await db.collection('things').find({}, { promoteValues: false }).toArray();
    expect(found).toMatchObject(sent);
  });

  it('read and write concerns are accepted', async () => {
    const db = await database.empty('concerns');
    const things = db.collection('things', {
      writeConcern: { w: 'majority', j: true },
      readConcern: { level: 'majority' },
    });
    expect(await things.insertOne({ a: 1 })).toMatchObject({ acknowledged: true });
    expect(await things.findOne({ a: 1 }, { readConcern: { level: 'linearizable' } })).toMatchObject({ a: 1 });
  });

  it('an unacknowledged write is not answered, and done', async () => {
    const db = await database.empty('unacknowledged');
    const raw = await RawClient.connect(database.port);
    raw.send(
      { insert: 'things', documents: [{ _id: 1 }], $db: 'unacknowledged', writeConcern: { w: 0 } },
      { moreToCome: true },
    );
    const answer = await raw.run({ ping: 1, $db: 'admin' });
    raw.end();
    expect(answer).toEqual({ ok: 1 });
    expect(await db.collection('things').countDocuments()).toBe(1);
  });

  it('a message may have a checksum, and its documents beside its body or in it', async () => {
    const db = await database.empty('sequences');
    const raw = await RawClient.connect(database.port);
    const documents = Buffer.concat([encode({ _id: 1 }), encode({ _id: 2 })]);
    const beside = await raw.run(
      { insert: 'things', $db: 'sequences' },
      { checksum: true, sequences: new Map([['documents', documents]]) },
    );
    const inside = await raw.run({ insert: 'things', documents: [{ _id: 3 }], $db: 'sequences' });
    const pipeline = new Map([['pipeline', encode({ $match: { _id: { $gt: 1 } } })]]);
    const folded = await raw.run({ aggregate: 'things', cursor: {}, $db: 'sequences' }, { sequences: pipeline });
    raw.end();
    expect([beside.n, inside.n]).toEqual([2, 1]);
    expect(folded.cursor.firstBatch).toEqual([{ _id: 2 }, { _id: 3 }]);
    expect(await db.collection('things').countDocuments()).toBe(3);
  });
});
