import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { PublishingModule } from '../../publishing/publishing.module.js';
import { StockEntry, StockEntrySchema } from '../../stock/schemas.js';
import { BrakedEntries } from './braked-entries.repository.js';
import { ErpBrake } from './erp-brake.service.js';
import { MarkedScan } from './marked-scan.service.js';
import { Scans } from './scans.service.js';

/** Holds changes of an ERP that are too large, until a person approves them. */
@Module({
  imports: [MongooseModule.forFeature([{ name: StockEntry.name, schema: StockEntrySchema }]), PublishingModule],
  providers: [BrakedEntries, Scans, ErpBrake, MarkedScan],
  exports: [BrakedEntries, ErpBrake, MarkedScan],
})
export class BrakeModule {}
