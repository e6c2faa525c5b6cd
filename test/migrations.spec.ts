import { mongo } from 'mongoose';
import { migrate } from '../src/start/migrations.js';
import { ownDatabase } from './support/running-app.js';

describe('the database of an older release', () => {
  const client = new mongo.MongoClient(ownDatabase('migrations'));
  const listings = () =>
    client.db().collection<{ _id: string; sku: string; skus?: string[]; parts?: unknown }>('listings');

  afterAll(async () => {
    await client.db().dropDatabase();
    await client.close();
  });

  it('stores on every listing what it is made of, however often it is migrated', async () => {
    const old = Array.from({ length: 1_200 }, (_, i) => ({ _id: `falabella/S-${i}`, sku: `S-${i}` }));
    await listings().insertMany([...old, { _id: 'falabella/NEW', sku: 'NEW', skus: ['PART'] }]);
    await Promise.all([migrate(client.db(), 1), migrate(client.db(), 1)]);
    expect(await listings().countDocuments({ skus: { $exists: false } })).toBe(0);
    expect(await listings().findOne({ _id: 'falabella/S-7' })).toMatchObject({ skus: ['S-7'] });
    expect(await listings().findOne({ _id: 'falabella/NEW' })).toMatchObject({ skus: ['PART'] });
  });

  it('loses its sparse indexes of open work, and no other', async () => {
    const orders = client.db().collection('orders');
    await orders.createIndexes([
      { key: { 'deliver.due': 1 }, sparse: true },
      { key: { number: 1 }, sparse: true },
    ]);
    await migrate(client.db(), 1);
    expect((await orders.indexes()).map((index) => index.name).sort()).toEqual(['_id_', 'number_1']);
  });

  it('has listings of SKUs as they are written here, and leaves what is counted in another way as it is', async () => {
    const made = (sku: string, more: object = {}) => ({
      ...{ _id: `falabella/${encodeURIComponent(sku)}`, connection: 'falabella', sku, skus: [sku] },
      ...more,
    });
    const all = [
      made('TIDY'),
      made('FREE '),
      made('COUNTED '),
      made('BOX ', { parts: [] }),
      made('AWAY ', { skus: [] }),
      made('TWIN', { externalId: 'b' }),
      made('TWIN ', { externalId: 'a' }),
    ];
    await listings().insertMany(all);
    await client.db().collection('stock_entries').insertOne({ sku: 'COUNTED ', warehouse: 'main', seq: 3 });
    await Promise.all([migrate(client.db(), 4), migrate(client.db(), 4)]);
    const found = await listings()
      .find({ _id: { $in: all.map(({ _id }) => _id) } }, { projection: { _id: 0, connection: 0, externalId: 0 } })
      .toArray();
    const externalIds = ['a', 'b'];
    expect(found.sort((a, b) => (a.sku < b.sku ? -1 : 1))).toEqual([
      { sku: 'AWAY ', skus: [] },
      { sku: 'BOX ', skus: ['BOX '], parts: [] },
      { sku: 'COUNTED ', skus: ['COUNTED '], parts: [{ sku: 'COUNTED ', quantity: 1 }] },
      { sku: 'FREE ', skus: ['FREE'] },
      { sku: 'TIDY', skus: ['TIDY'] },
      { sku: 'TWIN', skus: ['TWIN'], externalIds },
      { sku: 'TWIN ', skus: ['TWIN'], externalIds },
    ]);
  });

  it('is not changed when it is new, or up to date', async () => {
    await listings().insertOne({ _id: 'falabella/LATER', sku: 'LATER' });
    await migrate(client.db(), 0);
    await migrate(client.db(), 5);
    expect(await listings().findOne({ _id: 'falabella/LATER' })).toEqual({ _id: 'falabella/LATER', sku: 'LATER' });
  });

  describe('with old field names', () => {
    const at = new Date('2026-11-01T00:00:00Z');
    const mark = { wanted: 2, done: 1, since: at, due: at };
    const newMark = { requested: 2, processed: 1, since: at, due: at };
    const old: Readonly<Record<string, object>> = {
      webhook_events: { handle: mark, hint: { kind: 'orderRef', orderId: '7' } },
      orders: { record: mark, deliver: mark, review: mark, rev: 2 },
      stock_movements: { entry: 'main/A', place: 1, key: 'k' },
      stock_entries: {
        place: 1,
        looks: 3,
        drastic: { at, from: 9 },
        released: true,
        held: { quantity: 1, at, sweep: 's' },
        observe: mark,
      },
      listings: {
        skus: ['A'],
        push: mark,
        told: { quantity: 4 },
        shown: { quantity: 5 },
        drastic: { at, from: 9 },
        rules: { buffer: 1, cap: null, paused: true },
      },
      listing_pushes: { follow: mark },
      channel_observations: { told: 4 },
      connections: {
        publishing: 'zero',
        markedFor: 'zero',
        stopped: { reason: 'r' },
        brakeReleased: { at },
        sweeps: { s: { since: at } },
      },
      commands: { finish: mark },
      imports: { work: mark },
      runs: { work: mark },
      alerts: { notify: mark },
    };
    const renamed: Readonly<Record<string, object>> = {
      webhook_events: { handle: newMark, intent: { kind: 'orderRef', orderId: '7' } },
      orders: { record: newMark, deliver: newMark, review: newMark, rev: 2 },
      stock_movements: { entry: 'main/A', seq: 1, key: 'k' },
      stock_entries: {
        seq: 1,
        observations: 3,
        largeChange: { at, from: 9 },
        approved: true,
        held: { quantity: 1, at, scan: 's' },
        observe: newMark,
      },
      listings: {
        skus: ['A'],
        push: newMark,
        published: { quantity: 4 },
        observed: { quantity: 5 },
        largeChange: { at, from: 9 },
        rules: { buffer: 1, cap: null, notForSale: true },
      },
      listing_pushes: { follow: newMark },
      channel_observations: { published: 4 },
      connections: {
        publishing: 'stopped',
        markedFor: 'stopped',
        suspended: { reason: 'r' },
        brakeApproved: { at },
        scans: { s: { since: at } },
      },
      commands: { finish: newMark },
      imports: { work: newMark },
      runs: { work: newMark },
      alerts: { notify: newMark },
    };
    const collection = (name: string) => client.db().collection<{ _id: string }>(name);

    beforeEach(async () => {
      for (const [name, document] of Object.entries(old)) {
        await collection(name).deleteMany({});
        await collection(name).insertOne({ _id: 'old', ...document });
      }
    });

    it('has all the new names, and nothing else is changed', async () => {
      await migrate(client.db(), 3);
      for (const [name, document] of Object.entries(renamed))
        expect({ name, found: await collection(name).find().toArray() }).toEqual({
          name,
          found: [{ _id: 'old', ...document }],
        });
    });

    it('continues after an interruption, concurrently with another process, and may be repeated', async () => {
      const many = Array.from({ length: 4_500 }, (_, i) => ({
        _id: `main/A#${String(i).padStart(12, '0')}`,
        place: i,
      }));
      await collection('stock_movements').insertMany(many);
      await collection('stock_movements').updateMany(
        { _id: { $lt: 'main/A#000000001000' } },
        { $rename: { place: 'seq' } },
      );
      await Promise.all([migrate(client.db(), 3), migrate(client.db(), 3)]);
      await migrate(client.db(), 3);
      const found = await collection('stock_movements')
        .find({ _id: { $ne: 'old' } })
        .sort({ _id: 1 })
        .toArray();
      expect(found).toEqual(many.map(({ _id, place }) => ({ _id, seq: place })));
    });

    it('loses the indexes of the old names only', async () => {
      await collection('listings').createIndexes([{ key: { connection: 1, 'drastic.at': 1 } }, { key: { sku: 1 } }]);
      await migrate(client.db(), 3);
      const names = (await collection('listings').indexes()).map(({ name }) => name);
      expect(names).toContain('sku_1');
      expect(names).not.toContain('connection_1_drastic.at_1');
    });

    it('has alerts of a renamed kind under their new id, with all that was known of them', async () => {
      const alert = { kind: 'returned?', subject: 'falabella/7', detail: '2 x A', openedAt: at, times: 3, opening: 1 };
      const many = Array.from({ length: 700 }, (_, i) => ({
        _id: `returned?/falabella/${i}`,
        ...alert,
        subject: `falabella/${i}`,
      }));
      await collection('alerts').insertMany([
        ...many,
        { _id: 'return_unresolved/falabella/8', ...alert, kind: 'return_unresolved', times: 9 } as { _id: string },
      ]);
      await Promise.all([migrate(client.db(), 3), migrate(client.db(), 3)]);
      expect(await collection('alerts').countDocuments({ _id: /^returned/ })).toBe(0);
      expect(
        await collection('alerts').countDocuments({ _id: /^return_unresolved\//, kind: 'return_unresolved' }),
      ).toBe(700);
      expect(await collection('alerts').findOne({ _id: 'return_unresolved/falabella/7' })).toEqual({
        _id: 'return_unresolved/falabella/7',
        ...alert,
        kind: 'return_unresolved',
      });
      expect(await collection('alerts').findOne({ _id: 'return_unresolved/falabella/8' })).toMatchObject({ times: 9 });
    });

    it('has the reasons why work waits as codes, and the words of other systems as they are', async () => {
      const errors = ['shadow: the delivery would be made now', 'not all in stock', 'the ERP says no'];
      await collection('orders').insertMany(
        errors.map((error, i) => ({ _id: `falabella/${i}`, deliver: { ...mark, error } })),
      );
      const held = { ...mark, error: 'held by the brake until a person looks at it' };
      await collection('listings').insertOne({ _id: 'held', push: held } as { _id: string });
      await collection('stock_entries').insertOne({ _id: 'held', observe: held } as { _id: string });
      await migrate(client.db(), 3);
      expect(await collection('listings').findOne({ _id: 'held' })).toMatchObject({ push: { error: 'reasons.brake' } });
      expect(await collection('stock_entries').findOne({ _id: 'held' })).toMatchObject({
        observe: { error: 'reasons.brake' },
      });
      const found = await collection('orders')
        .find({ _id: /^falabella/ })
        .sort({ _id: 1 })
        .toArray();
      expect(found.map((order) => (order as { deliver?: { error?: string } }).deliver?.error)).toEqual([
        'reasons.shadow',
        'reasons.short',
        'the ERP says no',
      ]);
    });
  });
});
