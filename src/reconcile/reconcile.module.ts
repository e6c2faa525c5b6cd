import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Listing, ListingSchema } from '../listings/listing.schema.js';
import { StockModule } from '../stock/stock.module.js';
import { BrakeModule } from '../fulfilment/brake/brake.module.js';
import { StockChangesModule } from '../stock-changes/stock-changes.module.js';
import { FulfilmentModule } from '../fulfilment/fulfilment.module.js';
import { ListingTroubles } from './check/listing-troubles.service.js';
import { ListingsCheck } from './check/listings-check.service.js';
import { ListingReads } from './listing-reads.repository.js';
import { FirstDayController } from './report/first-day.controller.js';
import { RunReports } from './report/run-reports.service.js';
import { ReconcileController, RunsController } from './report/runs.controller.js';
import { RunLinesRepository } from './runs/run-lines.repository.js';
import { RunSteps } from './runs/run-steps.service.js';
import { RunWorker } from './runs/run-worker.service.js';
import { Run, RunLine, RunLineSchema, RunSchema } from './runs/run.schema.js';
import { RunsRepository } from './runs/runs.repository.js';
import { RunsService } from './runs/runs.service.js';
import { ReconcileSchedule } from './runs/schedule.service.js';
import { SalesFirst } from './sales-first.service.js';
import { ChannelDrift } from './steps/channel-drift.service.js';
import { ChannelLoadStep } from './steps/channel-load.service.js';
import { ChannelNumbers } from './steps/channel-numbers.service.js';
import { ChannelStockStep } from './steps/channel-stock.service.js';
import { EntryObservations } from './steps/entry-observations.service.js';
import { ErpLoadStep } from './steps/erp-load.service.js';
import { ErpStockStep } from './steps/erp-stock.service.js';
import { LedgerLoad } from './steps/ledger-load.service.js';
import { ListingObservations } from './steps/listing-observations.service.js';
import { PART_WORKERS, type PartWorkers } from './steps/step.js';

/** Full comparisons of ERPs and channels with the ledger. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: Run.name, schema: RunSchema },
      { name: RunLine.name, schema: RunLineSchema },
      { name: Listing.name, schema: ListingSchema },
    ]),
    BrakeModule,
    StockChangesModule,
    StockModule,
    FulfilmentModule,
  ],
  controllers: [ReconcileController, RunsController, FirstDayController],
  providers: [
    RunsRepository,
    RunLinesRepository,
    RunsService,
    RunSteps,
    RunWorker,
    ReconcileSchedule,
    SalesFirst,
    ListingReads,
    RunReports,
    ListingTroubles,
    ListingsCheck,
    EntryObservations,
    ErpStockStep,
    ErpLoadStep,
    ChannelNumbers,
    ListingObservations,
    ChannelDrift,
    ChannelStockStep,
    LedgerLoad,
    ChannelLoadStep,
    {
      provide: PART_WORKERS,
      inject: [ErpStockStep, ChannelStockStep, ErpLoadStep, ChannelLoadStep],
      useFactory: (
        erpStock: ErpStockStep,
        channelStock: ChannelStockStep,
        erpLoad: ErpLoadStep,
        channelLoad: ChannelLoadStep,
      ): PartWorkers => ({
        erp_stock: erpStock,
        channel_stock: channelStock,
        erp_load: erpLoad,
        channel_load: channelLoad,
      }),
    },
  ],
  exports: [RunsRepository, RunWorker],
})
export class ReconcileModule {}
