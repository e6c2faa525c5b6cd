import { Injectable } from '@nestjs/common';
import { AlertsService } from '../alerts/alerts.service.js';
import { listingId, ListingsRepository } from '../listings/listings.repository.js';
import { sharesSku } from '../listings/shared-sku.js';
import { LeasedListings } from './leased-listings.repository.js';

/** Acts on what only a whole catalogue shows: SKUs that are gone, and SKUs that several products carry. */
@Injectable()
export class CatalogueGaps {
  constructor(
    private readonly listings: ListingsRepository,
    private readonly leased: LeasedListings,
    private readonly alerts: AlertsService,
  ) {}

  /** @param seen the channel's own ids by SKU */
  async record(connection: string, seen: ReadonlyMap<string, ReadonlySet<string>>): Promise<void> {
    const gone = await this.listings.recordWholeCatalogue(connection, seen);
    await this.leased.forgetRefusals(gone.map((sku) => listingId(connection, sku)));
    await this.alerts.closeAll(
      'push_rejected',
      gone.map((sku) => `${connection}/${sku}`),
    );
    const several = [...seen].filter(([, ids]) => ids.size > 1).map(([sku]) => listingId(connection, sku));
    for (const listing of (await this.listings.byIds(several)).filter(sharesSku))
      await this.alerts.raise('shared_sku', `${connection}/${listing.sku}`, {
        code: 'alerts.shared_sku.detail',
        params: { count: listing.externalIds?.length ?? 0 },
      });
  }
}
