import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { EntriesRepository } from './entries.repository.js';
import { LedgerService } from './ledger.service.js';
import { MovementsRepository } from './movements.repository.js';
import { ProjectionService } from './projection.service.js';
import { QuantityVersions } from './quantity-versions.service.js';
import { StockEntry, StockEntrySchema, StockMovement, StockMovementSchema } from './schemas.js';

/** The ledger. Another module provides its `MovementListener` globally. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: StockMovement.name, schema: StockMovementSchema },
      { name: StockEntry.name, schema: StockEntrySchema },
    ]),
  ],
  providers: [MovementsRepository, EntriesRepository, ProjectionService, LedgerService, QuantityVersions],
  exports: [MovementsRepository, EntriesRepository, ProjectionService, LedgerService, QuantityVersions],
})
export class StockModule {}
