import { Module } from '@nestjs/common';
import { OrdersModule } from '../orders/orders.module.js';
import { StockModule } from '../stock/stock.module.js';
import { SyncModule } from '../sync/sync.module.js';
import { AnyContentType } from './any-content-type.js';
import { ConnectionWebhookController } from './connection-webhook.controller.js';
import { EventHandler } from './event-handler.service.js';
import { EventsModule } from './events.module.js';
import { FalabellaWebhookController } from './falabella-webhook.controller.js';
import { IntakeService } from './intake.service.js';
import { OrderPolls } from './order-polls.service.js';
import { OdooWebhookController } from './odoo-webhook.controller.js';
import { TiendanubeWebhookController } from './tiendanube-webhook.controller.js';

@Module({
  imports: [EventsModule, OrdersModule, StockModule, SyncModule],
  controllers: [FalabellaWebhookController, TiendanubeWebhookController, OdooWebhookController, ConnectionWebhookController],
  providers: [AnyContentType, IntakeService, EventHandler, OrderPolls],
  exports: [EventsModule, EventHandler],
})
export class WebhooksModule {}
