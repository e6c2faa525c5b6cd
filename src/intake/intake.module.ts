import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { OrdersModule } from '../orders/orders.module.js';
import { StockModule } from '../stock/stock.module.js';
import { FulfilmentModule } from '../fulfilment/fulfilment.module.js';
import { AccountClosing } from './account/account-closing.service.js';
import { AccountEvents } from './account/account-events.service.js';
import { AnyContentType } from './any-content-type.js';
import { ConnectionWebhookController } from './connection-webhook.controller.js';
import { EventHandler } from './event-handler.service.js';
import { FalabellaWebhookController } from './falabella-webhook.controller.js';
import { IntakeService } from './intake.service.js';
import { OrderPolls } from './order-polls.service.js';
import { OdooWebhookController } from './odoo-webhook.controller.js';
import { KeptData } from './privacy/kept-data.repository.js';
import { PrivacyReceiptsController } from './privacy/privacy-receipts.controller.js';
import { PrivacyReceiptsRepository } from './privacy/privacy-receipts.repository.js';
import { PrivacyReceipt, PrivacyReceiptSchema } from './privacy/privacy-receipt.schema.js';
import { PrivacyService } from './privacy/privacy.service.js';
import { TiendanubeWebhookController } from './tiendanube-webhook.controller.js';

@Module({
  imports: [
    MongooseModule.forFeature([{ name: PrivacyReceipt.name, schema: PrivacyReceiptSchema }]),
    OrdersModule,
    StockModule,
    FulfilmentModule,
  ],
  controllers: [
    FalabellaWebhookController,
    TiendanubeWebhookController,
    OdooWebhookController,
    ConnectionWebhookController,
    PrivacyReceiptsController,
  ],
  providers: [
    AnyContentType,
    IntakeService,
    AccountClosing,
    AccountEvents,
    KeptData,
    PrivacyReceiptsRepository,
    PrivacyService,
    EventHandler,
    OrderPolls,
  ],
  exports: [EventHandler],
})
export class IntakeModule {}
