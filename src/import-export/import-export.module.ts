import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { CommandsModule } from '../commands/commands.module.js';
import { StockEntry, StockEntrySchema } from '../stock/schemas.js';
import { StockModule } from '../stock/stock.module.js';
import { FulfilmentModule } from '../fulfilment/fulfilment.module.js';
import { StockExportController } from './export/stock-export.controller.js';
import { StockExport } from './export/stock-export.service.js';
import { ChunksRepository } from './import/chunks.repository.js';
import { ImportIntake } from './import/import-intake.service.js';
import { ImportLines } from './import/import-lines.service.js';
import { ImportWorker } from './import/import-worker.service.js';
import { ImportChunk, ImportChunkSchema, StockImport, StockImportSchema } from './import/import.schema.js';
import { ImportsController } from './import/imports.controller.js';
import { ImportsRepository } from './import/imports.repository.js';
import { ImportsService } from './import/imports.service.js';
import { LineApplier } from './import/line-applier.service.js';
import { StockCheck } from './import/stock-check.service.js';

/** Stock of many SKUs at once: files in and out. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: StockImport.name, schema: StockImportSchema },
      { name: ImportChunk.name, schema: ImportChunkSchema },
      { name: StockEntry.name, schema: StockEntrySchema },
    ]),
    CommandsModule,
    StockModule,
    FulfilmentModule,
  ],
  controllers: [ImportsController, StockExportController],
  providers: [
    ImportsRepository,
    ChunksRepository,
    ImportIntake,
    LineApplier,
    StockCheck,
    ImportWorker,
    ImportLines,
    ImportsService,
    StockExport,
  ],
  exports: [ImportsRepository, ImportWorker],
})
export class ImportExportModule {}
