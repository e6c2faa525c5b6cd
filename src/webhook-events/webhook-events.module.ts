import { Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { PendingOrders } from './pending-orders.repository.js';
import { WebhookEvent, WebhookEventSchema } from './webhook-event.schema.js';
import { WebhookEventsRepository } from './webhook-events.repository.js';

/** The webhooks that arrived. Intake stores them; publishing reads which sales are not counted yet. */
@Global()
@Module({
  imports: [MongooseModule.forFeature([{ name: WebhookEvent.name, schema: WebhookEventSchema }])],
  providers: [WebhookEventsRepository, PendingOrders],
  exports: [WebhookEventsRepository, PendingOrders],
})
export class WebhookEventsModule {}
