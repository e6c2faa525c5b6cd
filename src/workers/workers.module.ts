import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { ImportExportModule } from '../import-export/import-export.module.js';
import { CommandsModule } from '../commands/commands.module.js';
import { MarkSources } from '../common/mongo/mark-sources.js';
import { OrdersModule } from '../orders/orders.module.js';
import { ReconcileModule } from '../reconcile/reconcile.module.js';
import { StockModule } from '../stock/stock.module.js';
import { MongooseModule } from '@nestjs/mongoose';
import { StockMovement, StockMovementSchema } from '../stock/schemas.js';
import { FulfilmentModule } from '../fulfilment/fulfilment.module.js';
import { IntakeModule } from '../intake/intake.module.js';
import { CommandsProcessor } from './commands.processor.js';
import { FeedsProcessor } from './feeds.processor.js';
import { HandlerCheck } from './handler-check.service.js';
import { ImportsProcessor } from './imports.processor.js';
import { InboxProcessor } from './inbox.processor.js';
import { JobRunner } from './job-runner.service.js';
import { AllMarkSources } from './mark-sources.service.js';
import { OrdersProcessor } from './orders.processor.js';
import { PushesProcessor } from './pushes.processor.js';
import { ReconcileProcessor } from './reconcile.processor.js';
import { StockProcessor } from './stock.processor.js';
import { Sweeper } from './sweeper.service.js';

/** The work behind the queues, and the sweeper that finds what they lost. */
@Global()
@Module({
  imports: [
    DiscoveryModule,
    ImportExportModule,
    CommandsModule,
    OrdersModule,
    ReconcileModule,
    StockModule,
    FulfilmentModule,
    IntakeModule,
    MongooseModule.forFeature([{ name: StockMovement.name, schema: StockMovementSchema }]),
  ],
  providers: [
    JobRunner,
    HandlerCheck,
    { provide: MarkSources, useClass: AllMarkSources },
    Sweeper,
    InboxProcessor,
    OrdersProcessor,
    StockProcessor,
    PushesProcessor,
    FeedsProcessor,
    CommandsProcessor,
    ImportsProcessor,
    ReconcileProcessor,
  ],
  exports: [Sweeper, MarkSources],
})
export class WorkersModule {}
