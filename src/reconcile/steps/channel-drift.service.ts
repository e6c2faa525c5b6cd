import { Injectable } from '@nestjs/common';
import { driftDetail } from '../../alerts/alert-details.js';
import { AlertsService } from '../../alerts/alerts.service.js';
import { type Connection, publishingOf } from '../../connectors/contract.js';
import { ListingsRepository } from '../../listings/listings.repository.js';
import { type Listing } from '../../listings/listing.schema.js';
import { PumpWakeups } from '../../publishing/pump-wakeups.service.js';
import { type Finding } from '../runs/run.types.js';

/** Corrects a channel's numbers. It never changes the ledger. */
@Injectable()
export class ChannelDrift {
  constructor(
    private readonly alerts: AlertsService,
    private readonly listings: ListingsRepository,
    private readonly pumps: PumpWakeups,
  ) {}

  /** Publishes listings again that show another number than published. In shadow it only reports them. */
  async put(connection: Connection, findings: readonly Finding[]): Promise<void> {
    const skus: string[] = [];
    for (const { sku, ours, theirs } of findings) {
      if (sku === null || publishingOf(connection, sku) === 'shadow') continue;
      await this.alerts.raise('drift', `${connection.id}/${sku}`, driftDetail(theirs ?? null, ours ?? null));
      skus.push(sku);
    }
    if (skus.length === 0) return;
    await this.listings.markUnknown(connection.id, skus);
    this.pumps.wake([connection.id]);
  }

  /** These show the right number. */
  async settled(connection: Connection, listings: readonly Pick<Listing, 'sku'>[]): Promise<void> {
    const told = listings.filter(({ sku }) => publishingOf(connection, sku) !== 'shadow');
    const subjects = told.map(({ sku }) => `${connection.id}/${sku}`);
    if (subjects.length > 0) await this.alerts.closeAll('drift', subjects);
  }
}
