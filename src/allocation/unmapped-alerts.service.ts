import { Injectable } from '@nestjs/common';
import { unmappedDetail } from '../alerts/alert-details.js';
import { AlertsService } from '../alerts/alerts.service.js';
import { NearSkus } from '../stock/near-skus.service.js';

/** The alert of an order that waits for SKUs to be known. */
@Injectable()
export class UnmappedAlerts {
  constructor(
    private readonly alerts: AlertsService,
    private readonly near: NearSkus,
  ) {}

  /** Names known SKUs that they may be meant to be. */
  async raise(order: string, skus: readonly string[]): Promise<void> {
    await this.alerts.raise('needs_mapping', order, unmappedDetail(skus, await this.near.of(skus)));
  }

  async close(order: string): Promise<void> {
    await this.alerts.close('needs_mapping', order);
  }
}
