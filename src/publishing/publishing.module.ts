import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { ConnectionState, ConnectionStateSchema } from '../connections/schemas.js';
import { Listing, ListingSchema } from '../listings/listing.schema.js';
import { OrdersModule } from '../orders/orders.module.js';
import { StockModule } from '../stock/stock.module.js';
import { BrakeStates } from './brake/brake-states.service.js';
import { BrakedListings } from './brake/braked-listings.repository.js';
import { ChannelBrake } from './brake/channel-brake.service.js';
import { CatalogueService } from './catalogue.service.js';
import { ChannelObservation, ChannelObservationSchema } from './channel-observation.schema.js';
import { ChannelObservations } from './channel-observations.repository.js';
import { PumpHints } from './pump-hints.service.js';
import { PushFollower } from './push-follower.service.js';
import { PushPlanner } from './push-planner.service.js';
import { PushPump } from './push-pump.service.js';
import { PushesRepository } from './pushes.repository.js';
import { ListingPush, ListingPushSchema } from './schemas.js';
import { WantedNumbers } from './wanted-numbers.service.js';

/** Sends each channel the number that it should show, and follows it until the channel has accepted it. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: ListingPush.name, schema: ListingPushSchema },
      { name: Listing.name, schema: ListingSchema },
      { name: ChannelObservation.name, schema: ChannelObservationSchema },
      { name: ConnectionState.name, schema: ConnectionStateSchema },
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
    WantedNumbers,
    PushPlanner,
    PushPump,
    CatalogueService,
    PumpHints,
  ],
  exports: [
    BrakedListings,
    BrakeStates,
    ChannelBrake,
    PushesRepository,
    ChannelObservations,
    PushFollower,
    WantedNumbers,
    PushPump,
    CatalogueService,
    PumpHints,
  ],
})
export class PublishingModule {}
