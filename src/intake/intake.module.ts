import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { OrdersModule } from '../orders/orders.module.js';
import { StockModule } from '../stock/stock.module.js';
import { FulfilmentModule } from '../fulfilment/fulfilment.module.js';
import { AccountClosing } from './account/account-closing.service.js';
import { AccountEvents } from './account/account-events.service.js';
import { EventHandler } from './event-handler.service.js';
import { IntakeService } from './intake.service.js';
import { OrderPolls } from './order-polls.service.js';
import { KeptData } from './privacy/kept-data.repository.js';
import { PrivacyReceiptsController } from './privacy/privacy-receipts.controller.js';
import { PrivacyReceiptsRepository } from './privacy/privacy-receipts.repository.js';
import { PrivacyReceipt, PrivacyReceiptSchema } from './privacy/privacy-receipt.schema.js';
import { PrivacyService } from './privacy/privacy.service.js';

@Module({
  imports: [
    MongooseModule.forFeature([{ name: PrivacyReceipt.name, schema: PrivacyReceiptSchema }]),
    OrdersModule,
    StockModule,
    FulfilmentModule,
  ],
  controllers: [PrivacyReceiptsController],
  providers: [
    IntakeService,
    AccountClosing,
    AccountEvents,
    KeptData,
    PrivacyReceiptsRepository,
    PrivacyService,
    EventHandler,
    OrderPolls,
  ],
  exports: [EventHandler, IntakeService],
})
export class IntakeModule {}
