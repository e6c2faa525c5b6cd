import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { OrdersModule } from '../orders/orders.module.js';
import { StockModule } from '../stock/stock.module.js';
import { SyncModule } from '../sync/sync.module.js';
import { EventHandler } from './event-handler.service.js';
import { EventsRepository } from './events.repository.js';
import { FalabellaWebhookController } from './falabella-webhook.controller.js';
import { IntakeService } from './intake.service.js';
import { OdooWebhookController } from './odoo-webhook.controller.js';
import { WebhookEvent, WebhookEventSchema } from './schemas.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: WebhookEvent.name, schema: WebhookEventSchema }]), OrdersModule, StockModule, SyncModule],
  controllers: [FalabellaWebhookController, OdooWebhookController],
  providers: [EventsRepository, IntakeService, EventHandler],
  exports: [EventsRepository, EventHandler],
})
export class WebhooksModule {}
