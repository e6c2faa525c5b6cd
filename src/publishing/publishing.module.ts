import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Listing, ListingSchema } from '../listings/listing.schema.js';
import { OrdersModule } from '../orders/orders.module.js';
import { StockModule } from '../stock/stock.module.js';
import { BrakeStates } from './brake/brake-states.service.js';
import { BrakedListings } from './brake/braked-listings.repository.js';
import { ChannelBrake } from './brake/channel-brake.service.js';
import { CatalogueGaps } from './catalogue-gaps.service.js';
import { CatalogueService } from './catalogue.service.js';
import { ChannelObservation, ChannelObservationSchema } from './channel-observation.schema.js';
import { ChannelObservations } from './channel-observations.repository.js';
import { DueListings } from './due-listings.service.js';
import { ErpEntries } from './erp-entries.service.js';
import { ChannelStockIntentHandler } from './intents/channel-stock-intent.handler.js';
import { ListingRefIntentHandler } from './intents/listing-ref-intent.handler.js';
import { LeasedListings } from './leased-listings.repository.js';
import { PumpWakeups } from './pump-wakeups.service.js';
import { PushFollower } from './push-follower.service.js';
import { PushPace } from './push-pace.service.js';
import { PushPlanner } from './push-planner.service.js';
import { PushPump } from './push-pump.service.js';
import { PushSender } from './push-sender.service.js';
import { PushesRepository } from './pushes.repository.js';
import { ListingPush, ListingPushSchema } from './schemas.js';
import { TargetNumbers } from './target-numbers.service.js';

/** Sends each channel the number that it should show, and follows it until the channel has accepted it. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: ListingPush.name, schema: ListingPushSchema },
      { name: Listing.name, schema: ListingSchema },
      { name: ChannelObservation.name, schema: ChannelObservationSchema },
    ]),
    StockModule,
    OrdersModule,
  ],
  providers: [
    BrakedListings,
    BrakeStates,
    ChannelBrake,
    PushesRepository,
    ChannelObservations,
    PushFollower,
    TargetNumbers,
    LeasedListings,
    PushPlanner,
    PushPace,
    DueListings,
    PushSender,
    PushPump,
    ErpEntries,
    CatalogueGaps,
    CatalogueService,
    PumpWakeups,
    ChannelStockIntentHandler,
    ListingRefIntentHandler,
  ],
  exports: [
    BrakedListings,
    BrakeStates,
    ChannelBrake,
    PushesRepository,
    ChannelObservations,
    PushFollower,
    TargetNumbers,
    PushPump,
    CatalogueService,
    PumpWakeups,
  ],
})
export class PublishingModule {}
