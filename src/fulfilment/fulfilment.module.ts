import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Listing, ListingSchema } from '../connections/schemas.js';
import { OrdersModule } from '../orders/orders.module.js';
import { StockModule } from '../stock/stock.module.js';
import { BrakeModule } from './brake/brake.module.js';
import { ChannelBrake } from '../publishing/brake/channel-brake.service.js';
import { ChannelObservation, ChannelObservationSchema } from '../publishing/channel-observation.schema.js';
import { ChannelObservations } from '../publishing/channel-observations.repository.js';
import { AlertReview } from '../alert-review/alert-review.service.js';
import { CatalogueService } from '../publishing/catalogue.service.js';
import { ErpStockController } from './erp-stock.controller.js';
import { ErpStockService } from './erp-stock.service.js';
import { GivenUpWork } from '../alert-review/given-up.service.js';
import { FollowModule } from '../stock-changes/stock-changes.module.js';
import { Pauses } from '../outages/pauses.service.js';
import { PolicyModule } from '../allocation/allocation.module.js';
import { ObservationRounds } from './observation-rounds.service.js';
import { OrderActionsController } from './order-actions.controller.js';
import { OrderActions } from './order-actions.service.js';
import { OrderWorker } from './delivery-worker.service.js';
import { PushFollower } from '../publishing/push-follower.service.js';
import { PushPlanner } from '../publishing/push-planner.service.js';
import { PushPump } from '../publishing/push-pump.service.js';
import { PushesRepository } from '../publishing/pushes.repository.js';
import { RemedyService } from '../outages/remedy.service.js';
import { ListingPush, ListingPushSchema } from '../publishing/schemas.js';
import { StockObserver } from './stock-observer.service.js';
import { StockResyncController } from './stock-resync.controller.js';
import { StockResyncService } from './stock-resync.service.js';
import { StockWorker } from './stock-worker.service.js';
import { WantedNumbers } from '../publishing/wanted-numbers.service.js';

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
