import { Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { PendingOrders } from '../publishing/pending-orders.js';
import { EventsRepository } from './events.repository.js';
import { WebhookEvent, WebhookEventSchema } from './schemas.js';

/** What has arrived, for whoever handles it and for whoever has to know that it waits. */
@Global()
@Module({
  imports: [MongooseModule.forFeature([{ name: WebhookEvent.name, schema: WebhookEventSchema }])],
  providers: [EventsRepository, { provide: PendingOrders, useExisting: EventsRepository }],
  exports: [EventsRepository, PendingOrders],
})
export class EventsModule {}
