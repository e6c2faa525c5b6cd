import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { mongo, Schema } from 'mongoose';
import { AppModule } from '../src/app.module.js';
import { createApp } from '../src/bootstrap.js';
import { loadConfig } from '../src/config/app-config.js';
import { MANIFESTS } from '../src/connectors/index.js';
import { ownDatabase } from './support/running-app.js';

const chores = new Schema({ _id: String, sweep: Object }, { collection: 'chores', autoIndex: false });
chores.index({ 'sweep.due': 1 }, { sparse: true });

@Module({ imports: [MongooseModule.forFeature([{ name: 'Chore', schema: chores }])] })
class ChoresModule {}

describe('a mark without a source', () => {
  const uri = ownDatabase('marks');

  afterAll(async () => {
    const client = new mongo.MongoClient(uri);
    await client.db().dropDatabase();
    await client.close();
  });

  it('prevents the start, and is named', async () => {
    const { REDIS_HOST, REDIS_PORT, REDIS_URL } = process.env;
    const config = loadConfig({ REDIS_HOST, REDIS_PORT, REDIS_URL, NODE_ENV: 'test', MONGODB_URI: uri }, MANIFESTS);
    const app = AppModule.with(config);
    const root = { ...app, imports: [...(app.imports ?? []), ChoresModule] };
    await expect(createApp(config, { root, docsPage: false })).rejects.toThrow(
      'No source of marks is known for: chores.sweep',
    );
  });
});
