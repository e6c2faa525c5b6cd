import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { ConnectionState, ConnectionStateSchema } from '../../connections/schemas.js';
import { PublishingModule } from '../../publishing/publishing.module.js';
import { StockEntry, StockEntrySchema } from '../../stock/schemas.js';
import { BrakedEntries } from './braked-entries.repository.js';
import { ErpBrake } from './erp-brake.service.js';
import { MarkedSweep } from './marked-sweep.service.js';
import { Sweeps } from './sweeps.repository.js';

/** What waits for a person because an ERP would change too much at once. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: ConnectionState.name, schema: ConnectionStateSchema },
      { name: StockEntry.name, schema: StockEntrySchema },
    ]),
    PublishingModule,
  ],
  providers: [BrakedEntries, Sweeps, ErpBrake, MarkedSweep],
  exports: [BrakedEntries, ErpBrake, MarkedSweep],
})
export class BrakeModule {}
