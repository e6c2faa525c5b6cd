import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { OrdersModule } from '../orders/orders.module.js';
import { StockModule } from '../stock/stock.module.js';
import { FulfilmentModule } from '../fulfilment/fulfilment.module.js';
import { AdjustmentsController } from './adjustments/adjustments.controller.js';
import { AdjustmentsService } from './adjustments/adjustments.service.js';
import { CommandTransfers } from './command-transfers.service.js';
import { CommandRunner } from './command-runner.service.js';
import { StockCommand, StockCommandSchema } from './command.schema.js';
import { CommandsController } from './commands.controller.js';
import { CommandsRepository } from './commands.repository.js';
import { CommandsService } from './commands.service.js';
import { EntryMasters } from './entry-masters.service.js';
import { ErpGateway } from './erp-gateway.service.js';
import { HandOverRunner } from './hand-over/hand-over-runner.service.js';
import { HandOversController } from './hand-over/hand-overs.controller.js';
import { HandOversService } from './hand-over/hand-overs.service.js';
import { PutBack } from './returns/put-back.service.js';
import { ReturnRunner } from './returns/return-runner.service.js';
import { ReturnsController } from './returns/returns.controller.js';
import { ReturnsService } from './returns/returns.service.js';
import { ErpChange } from './erp-change.service.js';
import { LedgerChange } from './ledger-change.service.js';
import { LedgerSaga } from './ledger-saga.service.js';
import { UnitsService } from './units.service.js';

/** Requested changes of stock, each applied once however often it is sent. */
@Module({
  imports: [
    MongooseModule.forFeature([{ name: StockCommand.name, schema: StockCommandSchema }]),
    StockModule,
    OrdersModule,
    FulfilmentModule,
  ],
  controllers: [CommandsController, AdjustmentsController, HandOversController, ReturnsController],
  providers: [
    CommandsRepository,
    CommandTransfers,
    EntryMasters,
    LedgerChange,
    LedgerSaga,
    ErpGateway,
    ErpChange,
    PutBack,
    ReturnRunner,
    HandOverRunner,
    CommandRunner,
    CommandsService,
    UnitsService,
    AdjustmentsService,
    HandOversService,
    ReturnsService,
  ],
  exports: [CommandsRepository, CommandsService, EntryMasters],
})
export class CommandsModule {}
