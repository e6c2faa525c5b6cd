import { Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Listing, ListingSchema } from './listing.schema.js';
import { ListingsRepository } from './listings.repository.js';
import { ConnectionListings } from './connection-listings.repository.js';

/** What each channel sells, and its numbers. */
@Global()
@Module({
  imports: [MongooseModule.forFeature([{ name: Listing.name, schema: ListingSchema }])],
  providers: [ListingsRepository, ConnectionListings],
  exports: [ListingsRepository, ConnectionListings, MongooseModule],
})
export class ListingsModule {}
