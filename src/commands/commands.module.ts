import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { StockModule } from '../stock/stock.module.js';
import { SyncModule } from '../sync/sync.module.js';
import { AdjustmentsController } from './adjustments/adjustments.controller.js';
import { AdjustmentsService } from './adjustments/adjustments.service.js';
import { CommandRunner } from './command-runner.service.js';
import { StockCommand, StockCommandSchema } from './command.schema.js';
import { CommandsController } from './commands.controller.js';
import { CommandsRepository } from './commands.repository.js';
import { CommandsService } from './commands.service.js';
import { EntryMasters } from './entry-masters.service.js';
import { ErpChange } from './erp-change.service.js';
import { LedgerChange } from './ledger-change.service.js';
import { LedgerSaga } from './ledger-saga.service.js';
import { UnitsService } from './units.service.js';

/** Changes of stock that somebody asks for, each carried out once however often it is sent. */
@Module({
  imports: [MongooseModule.forFeature([{ name: StockCommand.name, schema: StockCommandSchema }]), StockModule, SyncModule],
  controllers: [CommandsController, AdjustmentsController],
  providers: [
    CommandsRepository,
    EntryMasters,
    LedgerChange,
    LedgerSaga,
    ErpChange,
    CommandRunner,
    CommandsService,
    UnitsService,
    AdjustmentsService,
  ],
  exports: [CommandsRepository, CommandsService, EntryMasters],
})
export class CommandsModule {}
