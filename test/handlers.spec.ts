import { mongo } from 'mongoose';
import { AppModule } from '../src/app.module.js';
import { createApp } from '../src/bootstrap.js';
import { CommandsService } from '../src/commands/commands.service.js';
import { loadConfig } from '../src/config/app-config.js';
import { MANIFESTS } from '../src/connectors/index.js';
import { DeliveryWorker } from '../src/fulfilment/delivery-worker.service.js';
import { StockWorker } from '../src/fulfilment/stock-worker.service.js';
import { ImportWorker } from '../src/import-export/import/import-worker.service.js';
import { EventHandler } from '../src/intake/event-handler.service.js';
import { PushFollower } from '../src/publishing/push-follower.service.js';
import { PushPump } from '../src/publishing/push-pump.service.js';
import { handlerMethodsOf, JOB_HANDLERS } from '../src/queues/job-handler.decorator.js';
import { QUEUE_NAMES, type QueueName } from '../src/queues/queue-names.js';
import { RunWorker } from '../src/reconcile/runs/run-worker.service.js';
import { ownDatabase } from './support/running-app.js';

const HANDLERS: Record<QueueName, { readonly prototype: object }> = {
  inbox: EventHandler,
  orders: DeliveryWorker,
  stock: StockWorker,
  movements: StockWorker,
  pushes: PushPump,
  feeds: PushFollower,
  commands: CommandsService,
  imports: ImportWorker,
  reconcile: RunWorker,
};

describe('a queue without a handler', () => {
  const uri = ownDatabase('handlers');

  afterAll(async () => {
    const client = new mongo.MongoClient(uri);
    await client.db().dropDatabase();
    await client.close();
  });

  it.each(QUEUE_NAMES)(
    '%s: the application refuses to start, and names it',
    async (name) => {
      const { prototype } = HANDLERS[name];
      const declared = handlerMethodsOf(prototype);
      const { REDIS_HOST, REDIS_PORT, REDIS_URL } = process.env;
      const config = loadConfig({ REDIS_HOST, REDIS_PORT, REDIS_URL, NODE_ENV: 'test', MONGODB_URI: uri }, MANIFESTS);
      expect(declared.map(({ queue }) => queue)).toContain(name);
      const others = declared.filter(({ queue }) => queue !== name);
      Reflect.defineMetadata(JOB_HANDLERS, others, prototype);
      try {
        await expect(createApp(config, { root: AppModule.with(config), docsPage: false })).rejects.toThrow(
          `No handler takes the jobs of: ${name}`,
        );
      } finally {
        Reflect.defineMetadata(JOB_HANDLERS, declared, prototype);
      }
    },
    30_000,
  );
});
