import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CommandsModule } from '../commands/commands.module.js';
import { FulfilmentModule } from '../fulfilment/fulfilment.module.js';
import { ImportExportModule } from '../import-export/import-export.module.js';
import { IntakeModule } from '../intake/intake.module.js';
import { OrdersModule } from '../orders/orders.module.js';
import { ReconcileModule } from '../reconcile/reconcile.module.js';
import { StockModule } from '../stock/stock.module.js';
import { JobHost } from './job-host.service.js';
import { JobRunner } from './job-runner.service.js';
import { Sweeper } from './sweeper.service.js';

/** Runs the handlers of all queues, and the sweeper that recovers what Redis lost. */
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
  ],
  providers: [JobRunner, JobHost, Sweeper],
  exports: [Sweeper],
})
export class WorkersModule {}
