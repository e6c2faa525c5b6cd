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

  it('has every listing found by what it is made of, however often it is brought up to date', async () => {
    const old = Array.from({ length: 1_200 }, (_, i) => ({ _id: `falabella/S-${i}`, sku: `S-${i}` }));
    await listings().insertMany([...old, { _id: 'falabella/NEW', sku: 'NEW', skus: ['PART'] }]);
    await Promise.all([migrate(client.db(), 1), migrate(client.db(), 1)]);
    expect(await listings().countDocuments({ skus: { $exists: false } })).toBe(0);
    expect(await listings().findOne({ _id: 'falabella/S-7' })).toMatchObject({ skus: ['S-7'] });
    expect(await listings().findOne({ _id: 'falabella/NEW' })).toMatchObject({ skus: ['PART'] });
  });

  it('has its sparse indexes of open work dropped, and no other', async () => {
    const orders = client.db().collection('orders');
    await orders.createIndexes([
      { key: { 'deliver.due': 1 }, sparse: true },
      { key: { number: 1 }, sparse: true },
    ]);
    await migrate(client.db(), 1);
    expect((await orders.indexes()).map((index) => index.name).sort()).toEqual(['_id_', 'number_1']);
  });

  it('is left alone where it is new, or up to date', async () => {
    await listings().insertOne({ _id: 'falabella/LATER', sku: 'LATER' });
    await migrate(client.db(), 0);
    await migrate(client.db(), 2);
    expect(await listings().findOne({ _id: 'falabella/LATER' })).toEqual({ _id: 'falabella/LATER', sku: 'LATER' });
  });
});
