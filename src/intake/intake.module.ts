import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { MongooseModule } from '@nestjs/mongoose';
import { OrdersModule } from '../orders/orders.module.js';
import { StockModule } from '../stock/stock.module.js';
import { FulfilmentModule } from '../fulfilment/fulfilment.module.js';
import { AccountClosing } from './account/account-closing.service.js';
import { AccountIntentHandler } from './account/account-intent.handler.js';
import { EventHandler } from './event-handler.service.js';
import { IntakeService } from './intake.service.js';
import { IntentHandlers } from './intent-handlers.service.js';
import { NoEffectIntentHandler } from './no-effect-intent.handler.js';
import { OrderAlerts } from './orders/order-alerts.service.js';
import { OrderIntentHandler } from './orders/order-intent.handler.js';
import { OrderPolls } from './orders/order-polls.service.js';
import { OrderReader } from './orders/order-reader.service.js';
import { OrderRecorder } from './orders/order-recorder.service.js';
import { OrderRefIntentHandler } from './orders/order-ref-intent.handler.js';
import { KeptData } from './privacy/kept-data.repository.js';
import { PrivacyReceiptsController } from './privacy/privacy-receipts.controller.js';
import { PrivacyReceiptsRepository } from './privacy/privacy-receipts.repository.js';
import { PrivacyReceipt, PrivacyReceiptSchema } from './privacy/privacy-receipt.schema.js';
import { AccountErasure } from './privacy/account-erasure.service.js';
import { PrivacyIntentHandler } from './privacy/privacy-intent.handler.js';
import { StoreErasure } from './privacy/store-erasure.service.js';

/** Stores what the platforms send, and hands each event to the handler of its intent. */
@Module({
  imports: [
    MongooseModule.forFeature([{ name: PrivacyReceipt.name, schema: PrivacyReceiptSchema }]),
    DiscoveryModule,
    OrdersModule,
    StockModule,
    FulfilmentModule,
  ],
  controllers: [PrivacyReceiptsController],
  providers: [
    IntakeService,
    AccountClosing,
    AccountIntentHandler,
    KeptData,
    PrivacyReceiptsRepository,
    AccountErasure,
    StoreErasure,
    PrivacyIntentHandler,
    OrderAlerts,
    OrderRecorder,
    OrderReader,
    OrderIntentHandler,
    OrderRefIntentHandler,
    NoEffectIntentHandler,
    IntentHandlers,
    EventHandler,
    OrderPolls,
  ],
  exports: [EventHandler, IntakeService],
})
export class IntakeModule {}
