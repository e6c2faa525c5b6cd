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
import { FulfilmentModule } from '../src/fulfilment/fulfilment.module.js';
import { ErpStockIntentHandler } from '../src/fulfilment/intents/erp-stock-intent.handler.js';
import { AccountIntentHandler } from '../src/intake/account/account-intent.handler.js';
import { IntakeModule } from '../src/intake/intake.module.js';
import { NoEffectIntentHandler } from '../src/intake/no-effect-intent.handler.js';
import { OrderIntentHandler } from '../src/intake/orders/order-intent.handler.js';
import { OrderRefIntentHandler } from '../src/intake/orders/order-ref-intent.handler.js';
import { PrivacyIntentHandler } from '../src/intake/privacy/privacy-intent.handler.js';
import { ChannelStockIntentHandler } from '../src/publishing/intents/channel-stock-intent.handler.js';
import { ListingRefIntentHandler } from '../src/publishing/intents/listing-ref-intent.handler.js';
import { PublishingModule } from '../src/publishing/publishing.module.js';
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

const INTENT_HANDLERS = [
  ['order', IntakeModule, OrderIntentHandler],
  ['orderRef', IntakeModule, OrderRefIntentHandler],
  ['channelStock', PublishingModule, ChannelStockIntentHandler],
  ['erpStock', FulfilmentModule, ErpStockIntentHandler],
  ['listingRef', PublishingModule, ListingRefIntentHandler],
  ['account', IntakeModule, AccountIntentHandler],
  ['privacy', IntakeModule, PrivacyIntentHandler],
  ['pushRef, nothing', IntakeModule, NoEffectIntentHandler],
] as const;

describe('a kind of webhook intent whose handler is missing', () => {
  const uri = ownDatabase('handlers-intents');

  afterAll(async () => {
    const client = new mongo.MongoClient(uri);
    await client.db().dropDatabase();
    await client.close();
  });

  it.each(INTENT_HANDLERS)(
    '%s: the application refuses to start, and names it',
    async (kinds, module, handler) => {
      const given = Reflect.getMetadata('providers', module) as unknown[];
      const { REDIS_HOST, REDIS_PORT, REDIS_URL } = process.env;
      const config = loadConfig({ REDIS_HOST, REDIS_PORT, REDIS_URL, NODE_ENV: 'test', MONGODB_URI: uri }, MANIFESTS);
      expect(given).toContain(handler);
      Reflect.defineMetadata(
        'providers',
        given.filter((provider) => provider !== handler),
        module,
      );
      try {
        await expect(createApp(config, { root: AppModule.with(config), docsPage: false })).rejects.toThrow(
          `No handler of webhook intents of the kind: ${kinds}`,
        );
      } finally {
        Reflect.defineMetadata('providers', given, module);
      }
    },
    30_000,
  );
});
