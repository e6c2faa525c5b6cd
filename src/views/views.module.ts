import { Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { StockCommand, StockCommandSchema } from '../commands/command.schema.js';
import { Listing, ListingSchema } from '../listings/listing.schema.js';
import { OrdersModule } from '../orders/orders.module.js';
import { Order, OrderSchema } from '../orders/schemas.js';
import { StockEntry, StockEntrySchema, StockMovement, StockMovementSchema } from '../stock/schemas.js';
import { StockModule } from '../stock/stock.module.js';
import { ChannelObservation, ChannelObservationSchema } from '../publishing/channel-observation.schema.js';
import { ListingPush, ListingPushSchema } from '../publishing/schemas.js';
import { FulfilmentModule } from '../fulfilment/fulfilment.module.js';
import { KnownStock } from '../onboarding/listings/known-stock.service.js';
import { ListingSetup } from '../onboarding/listings/listing-setup.service.js';
import { ListingViews } from './listings/listing-views.service.js';
import { ListingsController } from './listings/listings.controller.js';
import { ListingsList } from './listings/listings-list.service.js';
import { ListingsPageRepository } from './listings/listings-page.repository.js';
import { LogsController } from './logs/logs.controller.js';
import { LogsService } from './logs/logs.service.js';
import { OrderViews } from './orders/order-views.service.js';
import { OrdersController } from './orders/orders.controller.js';
import { OrdersPageRepository } from './orders/orders-page.repository.js';
import { EntriesPageRepository } from './stock/entries-page.repository.js';
import { ReservationsRepository } from './stock/reservations.repository.js';
import { StockDetailsService } from './stock/stock-details.service.js';
import { StockController } from './stock/stock.controller.js';
import { TasksController } from './tasks/tasks.controller.js';
import { TasksRepository } from './tasks/tasks.repository.js';
import { LogosController } from './words/logos.controller.js';
import { WordsController } from './words/words.controller.js';
import { TimelineRepository } from './timeline/timeline.repository.js';
import { TimelineService } from './timeline/timeline.service.js';
import { WarehouseEntriesRepository } from '../onboarding/warehouses/warehouse-entries.repository.js';
import { WarehouseSetup } from '../onboarding/warehouses/warehouse-setup.service.js';
import { WarehousesController } from '../onboarding/warehouses/warehouses.controller.js';

/** The views of stock, orders and work for the merchant's team, and its settings. */
@Global()
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: StockEntry.name, schema: StockEntrySchema },
      { name: StockMovement.name, schema: StockMovementSchema },
      { name: Order.name, schema: OrderSchema },
      { name: StockCommand.name, schema: StockCommandSchema },
      { name: Listing.name, schema: ListingSchema },
      { name: ListingPush.name, schema: ListingPushSchema },
      { name: ChannelObservation.name, schema: ChannelObservationSchema },
    ]),
    StockModule,
    OrdersModule,
    FulfilmentModule,
  ],
  controllers: [
    StockController,
    OrdersController,
    ListingsController,
    WarehousesController,
    TasksController,
    WordsController,
    LogsController,
    LogosController,
  ],
  providers: [
    EntriesPageRepository,
    ReservationsRepository,
    StockDetailsService,
    ListingsPageRepository,
    ListingViews,
    KnownStock,
    ListingsList,
    ListingSetup,
    TimelineRepository,
    TimelineService,
    OrdersPageRepository,
    OrderViews,
    LogsService,
    WarehouseEntriesRepository,
    WarehouseSetup,
    TasksRepository,
  ],
})
export class ViewsModule {}
