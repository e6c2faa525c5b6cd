import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Listing, ListingSchema } from '../connectors/schemas.js';
import { OrdersModule } from '../orders/orders.module.js';
import { StockModule } from '../stock/stock.module.js';
import { BrakeModule } from './brake/brake.module.js';
import { ChannelBrake } from './brake/channel-brake.service.js';
import { ChannelObservation, ChannelObservationSchema } from './channel-observation.schema.js';
import { ChannelObservations } from './channel-observations.repository.js';
import { AlertReview } from './alert-review.service.js';
import { CatalogueService } from './catalogue.service.js';
import { ErpStockController } from './erp-stock.controller.js';
import { ErpStockService } from './erp-stock.service.js';
import { GivenUpWork } from './given-up.service.js';
import { FollowModule } from './follow.module.js';
import { Pauses } from './pauses.service.js';
import { PolicyModule } from './policy.module.js';
import { ObservationRounds } from './observation-rounds.service.js';
import { OrderActionsController } from './order-actions.controller.js';
import { OrderActions } from './order-actions.service.js';
import { OrderWorker } from './order-worker.service.js';
import { PushFollower } from './push-follower.service.js';
import { PushPlanner } from './push-planner.service.js';
import { PushPump } from './push-pump.service.js';
import { PushesRepository } from './pushes.repository.js';
import { RemedyService } from './remedy.service.js';
import { ListingPush, ListingPushSchema } from './schemas.js';
import { StockObserver } from './stock-observer.service.js';
import { StockResyncController } from './stock-resync.controller.js';
import { StockResyncService } from './stock-resync.service.js';
import { StockWorker } from './stock-worker.service.js';
import { WantedNumbers } from './wanted-numbers.service.js';

/** What happens between the ledger and the outside: observing and serving the ERP, telling the channels. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: ListingPush.name, schema: ListingPushSchema },
      { name: Listing.name, schema: ListingSchema },
      { name: ChannelObservation.name, schema: ChannelObservationSchema },
    ]),
    FollowModule,
    PolicyModule,
    StockModule,
    OrdersModule,
    BrakeModule,
  ],
  controllers: [ErpStockController, OrderActionsController, StockResyncController],
  providers: [
    Pauses,
    RemedyService,
    StockObserver,
    StockWorker,
    ObservationRounds,
    OrderWorker,
    OrderActions,
    StockResyncService,
    PushesRepository,
    ChannelObservations,
    PushFollower,
    WantedNumbers,
    ChannelBrake,
    PushPlanner,
    PushPump,
    CatalogueService,
    GivenUpWork,
    AlertReview,
    ErpStockService,
  ],
  exports: [
    BrakeModule,
    ChannelBrake,
    AlertReview,
    CatalogueService,
    ChannelObservations,
    WantedNumbers,
    Pauses,
    RemedyService,
    StockObserver,
    StockWorker,
    OrderActions,
    OrderWorker,
    PushesRepository,
    PushFollower,
    PushPump,
  ],
})
export class SyncModule {}
