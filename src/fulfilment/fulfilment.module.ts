import { Module } from '@nestjs/common';
import { OrdersModule } from '../orders/orders.module.js';
import { PublishingModule } from '../publishing/publishing.module.js';
import { StockModule } from '../stock/stock.module.js';
import { BrakeModule } from './brake/brake.module.js';
import { DeliveryWorker } from './delivery-worker.service.js';
import { ErpStockController } from './erp-stock.controller.js';
import { ErpStockService } from './erp-stock.service.js';
import { ErpStockIntentHandler } from './intents/erp-stock-intent.handler.js';
import { ObservationRounds } from './observation-rounds.service.js';
import { OrderActionsController } from './order-actions.controller.js';
import { OrderActions } from './order-actions.service.js';
import { MasterChange } from './master-change.service.js';
import { ErpReader } from './reading/erp-reader.service.js';
import { StockObserver } from './stock-observer.service.js';
import { StockResyncController } from './stock-resync.controller.js';
import { StockResyncService } from './stock-resync.service.js';
import { UnusableStock } from './unusable-stock.service.js';
import { StockWorker } from './stock-worker.service.js';

/** Delivers orders in the ERP, and observes what the ERP has. */
@Module({
  imports: [StockModule, OrdersModule, BrakeModule, PublishingModule],
  controllers: [ErpStockController, OrderActionsController, StockResyncController],
  providers: [
    ErpReader,
    UnusableStock,
    MasterChange,
    StockObserver,
    StockWorker,
    ObservationRounds,
    DeliveryWorker,
    OrderActions,
    StockResyncService,
    ErpStockService,
    ErpStockIntentHandler,
  ],
  exports: [
    BrakeModule,
    PublishingModule,
    ErpReader,
    MasterChange,
    StockObserver,
    StockWorker,
    OrderActions,
    DeliveryWorker,
  ],
})
export class FulfilmentModule {}
