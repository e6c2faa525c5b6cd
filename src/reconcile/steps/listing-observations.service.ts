import { Injectable } from '@nestjs/common';
import { type ChannelConnector, publishingOf } from '../../connectors/contract.js';
import { ListingsRepository } from '../../listings/listings.repository.js';
import { type Bound } from '../../connectors/registry.js';
import { type Listing } from '../../listings/listing.schema.js';
import { TargetNumbers } from '../../publishing/target-numbers.service.js';
import { ChannelNumbers } from './channel-numbers.service.js';
import { compareListing, expectedOf, type ListingVerdict, type ShownNumber } from './compare-listing.js';

/** A listing, and the observed number of its channel. */
export interface ObservedListing {
  /** The listing after the read. */
  readonly listing: Listing;
  readonly verdict: ListingVerdict;
  /** The number that the channel should show; undefined: none was published. */
  readonly expected: number | undefined;
  readonly shown: ShownNumber | null | undefined;
}

/** Reads a channel's numbers and compares them. */
@Injectable()
export class ListingObservations {
  constructor(
    private readonly listings: ListingsRepository,
    private readonly numbers: ChannelNumbers,
    private readonly wanted: TargetNumbers,
  ) {}

  /** `since`: an older catalogue is not used. @throws the connector's errors */
  async at(bound: Bound<ChannelConnector>, listings: readonly Listing[], since: Date): Promise<ObservedListing[]> {
    const { connection } = bound;
    const shown = await this.numbers.of(bound, listings, since);
    const after = new Map((await this.listings.byIds(listings.map((one) => one._id))).map((one) => [one._id, one]));
    const inShadow = listings.filter((listing) => publishingOf(connection, listing.sku) === 'shadow');
    const wanted = await this.wanted.of(connection, inShadow);
    return listings.map((before) => {
      const number = wanted.get(before._id);
      const look = {
        before,
        after: after.get(before._id) ?? before,
        publishing: publishingOf(connection, before.sku),
        wanted: number?.state === 'number' ? number : undefined,
        shown: shown.get(before.sku),
      };
      return { listing: look.after, verdict: compareListing(look), expected: expectedOf(look), shown: look.shown };
    });
  }
}
