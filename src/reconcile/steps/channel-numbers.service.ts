import { Injectable } from '@nestjs/common';
import { type ChannelConnector } from '../../connectors/contract.js';
import { type Bound } from '../../connectors/registry.js';
import { type Listing } from '../../listings/listing.schema.js';
import { CatalogueService } from '../../publishing/catalogue.service.js';
import { ChannelObservations } from '../../publishing/channel-observations.repository.js';
import { type ShownNumber } from './compare-listing.js';

/** The channels' numbers: read SKU by SKU where a channel allows it, else from its catalogue. */
@Injectable()
export class ChannelNumbers {
  constructor(
    private readonly catalogue: CatalogueService,
    private readonly observations: ChannelObservations,
  ) {}

  /** Reads a channel's whole catalogue. @throws the connector's errors */
  readCatalogue(connection: string): Promise<void> {
    return this.catalogue.readNow(connection);
  }

  /**
   * By the channel's SKU; null: it states no number; absent: unknown SKU. `since`: an older catalogue is
   * not used.
   * @throws the connector's errors
   */
  async of(
    { connector, connection }: Bound<ChannelConnector>,
    listings: readonly Listing[],
    since: Date,
  ): Promise<ReadonlyMap<string, ShownNumber | null>> {
    if (listings.length === 0) return new Map();
    if (!connector.readStock) return new Map(listings.flatMap((listing) => fromCatalogue(listing, since)));
    const seen = await connector.readStock(
      listings.map((listing) => listing.sku),
      connection,
      externalIdsOf(listings),
    );
    await this.observations.record(connection.id, seen, 'reconcile');
    return new Map(seen.map(({ sku, quantity, parts }) => [sku, { quantity, parts }]));
  }
}

/** The channel's own ids, as far as they are known. */
export function externalIdsOf(listings: readonly Pick<Listing, 'sku' | 'externalId'>[]): ReadonlyMap<string, string> {
  return new Map(
    listings.flatMap(({ sku, externalId }) => (externalId === undefined ? [] : [[sku, externalId] as const])),
  );
}

function fromCatalogue({ sku, observed: shown, unlistedAt }: Listing, since: Date): [string, ShownNumber | null][] {
  if (unlistedAt !== undefined) return [];
  return [[sku, shown && shown.at >= since ? { quantity: shown.quantity } : null]];
}
