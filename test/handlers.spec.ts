import { AppModule } from '../src/app.module.js';
import { createApp } from '../src/bootstrap.js';
import { loadConfig } from '../src/config/app-config.js';
import { QUEUE_NAMES, type QueueName } from '../src/queues/queue-names.js';
import { CommandsProcessor } from '../src/workers/commands.processor.js';
import { FeedsProcessor } from '../src/workers/feeds.processor.js';
import { ImportsProcessor } from '../src/workers/imports.processor.js';
import { InboxProcessor } from '../src/workers/inbox.processor.js';
import { OrdersProcessor } from '../src/workers/orders.processor.js';
import { WorkersModule } from '../src/workers/workers.module.js';
import { PushesProcessor } from '../src/workers/pushes.processor.js';
import { ReconcileProcessor } from '../src/workers/reconcile.processor.js';
import { StockProcessor } from '../src/workers/stock.processor.js';
import { mongo } from 'mongoose';
import { ownDatabase } from './support/running-app.js';

const HANDLERS: Record<QueueName, unknown> = {
  inbox: InboxProcessor,
  orders: OrdersProcessor,
  stock: StockProcessor,
  pushes: PushesProcessor,
  feeds: FeedsProcessor,
  commands: CommandsProcessor,
  imports: ImportsProcessor,
  reconcile: ReconcileProcessor,
};

describe('a queue whose handler is missing', () => {
  const uri = ownDatabase('handlers');

  afterAll(async () => {
    const client = new mongo.MongoClient(uri);
    await client.db().dropDatabase();
    await client.close();
  });

  it.each(QUEUE_NAMES)(
    '%s: the application refuses to start, and names it',
    async (name) => {
      const given = Reflect.getMetadata('providers', WorkersModule) as unknown[];
      const { REDIS_HOST, REDIS_PORT, REDIS_URL } = process.env;
      const config = loadConfig({ REDIS_HOST, REDIS_PORT, REDIS_URL, NODE_ENV: 'test', MONGODB_URI: uri });
      expect(given).toContain(HANDLERS[name]);
      Reflect.defineMetadata(
        'providers',
        given.filter((provider) => provider !== HANDLERS[name]),
        WorkersModule,
      );
      try {
        await expect(createApp(config, { root: AppModule.with(config), docsPage: false })).rejects.toThrow(
          `No processor handles the jobs of: ${name}`,
        );
      } finally {
        Reflect.defineMetadata('providers', given, WorkersModule);
      }
    },
    30_000,
  );
});
