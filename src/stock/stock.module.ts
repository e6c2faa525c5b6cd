import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { EntriesRepository } from './entries.repository.js';
import { LedgerService } from './ledger.service.js';
import { MovementsRepository } from './movements.repository.js';
import { NearSkus } from './near-skus.service.js';
import { ProjectionService } from './projection.service.js';
import { QuantityVersions } from './quantity-versions.service.js';
import { StockEntry, StockEntrySchema, StockMovement, StockMovementSchema } from './schemas.js';

const SERVICES = [MovementsRepository, EntriesRepository, ProjectionService, LedgerService, QuantityVersions, NearSkus];

/** The ledger. Another module provides its `MovementListener` globally. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: StockMovement.name, schema: StockMovementSchema },
      { name: StockEntry.name, schema: StockEntrySchema },
    ]),
  ],
  providers: SERVICES,
  exports: SERVICES,
})
export class StockModule {}
