import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { OrdersModule } from '../orders/orders.module.js';
import { StockModule } from '../stock/stock.module.js';
import { CatalogueService } from './catalogue.service.js';
import { CommandRunner } from './command-runner.service.js';
import { CommandsController } from './commands.controller.js';
import { CommandsRepository } from './commands.repository.js';
import { CommandsService } from './commands.service.js';
import { ErpStockController } from './erp-stock.controller.js';
import { ErpStockService } from './erp-stock.service.js';
import { FollowModule } from './follow.module.js';
import { PolicyModule } from './policy.module.js';
import { ObservationRounds } from './observation-rounds.service.js';
import { OrderWorker } from './order-worker.service.js';
import { PushFollower } from './push-follower.service.js';
import { PushPump } from './push-pump.service.js';
import { PushesRepository } from './pushes.repository.js';
import { RemedyService } from './remedy.service.js';
import { ListingPush, ListingPushSchema, StockCommand, StockCommandSchema } from './schemas.js';
import { StockObserver } from './stock-observer.service.js';
import { StockWorker } from './stock-worker.service.js';

/** What happens between the ledger and the outside: observing and serving the ERP, telling the channels, carrying out commands. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: ListingPush.name, schema: ListingPushSchema },
      { name: StockCommand.name, schema: StockCommandSchema },
    ]),
    FollowModule,
    PolicyModule,
    StockModule,
    OrdersModule,
  ],
  controllers: [CommandsController, ErpStockController],
  providers: [
    RemedyService,
    StockObserver,
    StockWorker,
    ObservationRounds,
    OrderWorker,
    PushesRepository,
    PushFollower,
    PushPump,
    CatalogueService,
    CommandsRepository,
    CommandRunner,
    CommandsService,
    ErpStockService,
  ],
  exports: [
    RemedyService,
    StockObserver,
    StockWorker,
    OrderWorker,
    PushesRepository,
    PushFollower,
    PushPump,
    CommandsRepository,
    CommandsService,
  ],
})
export class SyncModule {}
