import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { ConnectionState, ConnectionStateSchema, Listing, ListingSchema } from '../../connections/schemas.js';
import { StockEntry, StockEntrySchema } from '../../stock/schemas.js';
import { BrakedEntries } from './braked-entries.repository.js';
import { BrakedListings } from '../../publishing/brake/braked-listings.repository.js';
import { BrakeStates } from '../../publishing/brake/brake-states.service.js';
import { ErpBrake } from './erp-brake.service.js';
import { MarkedSweep } from './marked-sweep.service.js';
import { Sweeps } from './sweeps.repository.js';

/** What waits for a person because it would change too much at once. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: ConnectionState.name, schema: ConnectionStateSchema },
      { name: Listing.name, schema: ListingSchema },
      { name: StockEntry.name, schema: StockEntrySchema },
    ]),
  ],
  providers: [BrakedEntries, BrakedListings, BrakeStates, Sweeps, ErpBrake, MarkedSweep],
  exports: [BrakedEntries, BrakedListings, BrakeStates, ErpBrake, MarkedSweep],
})
export class BrakeModule {}
