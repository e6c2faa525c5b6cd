import { Injectable } from '@nestjs/common';
import { driftDetail } from '../../alerts/alert-details.js';
import { AlertsService } from '../../alerts/alerts.service.js';
import { partsOf } from '../../listings/listing-parts.js';
import { ListingsRepository } from '../../listings/listings.repository.js';
import { type JobOutcome } from '../../queues/job-outcome.js';
import { HandlesIntent, type IntentHandler, type IntentOf } from '../../webhook-events/intent-handler.js';
import { type WebhookEvent } from '../../webhook-events/webhook-event.schema.js';
import { ChannelObservations } from '../channel-observations.repository.js';
import { ErpEntries } from '../erp-entries.service.js';
import { PumpWakeups } from '../pump-wakeups.service.js';

/** Compares the number that a channel shows with the published one. The ledger never moves by it. */
@Injectable()
@HandlesIntent(['channelStock'])
export class ChannelStockIntentHandler implements IntentHandler<'channelStock'> {
  constructor(
    private readonly listings: ListingsRepository,
    private readonly observations: ChannelObservations,
    private readonly alerts: AlertsService,
    private readonly erpEntries: ErpEntries,
    private readonly pumps: PumpWakeups,
  ) {}

  async handle(event: WebhookEvent, intent: IntentOf<'channelStock'>): Promise<JobOutcome> {
    const { connection } = event;
    const { sku, quantity: reported, observedAt } = intent;
    const listing = await this.listings.find(connection, sku);
    const published = listing?.published;
    if (published && observedAt !== undefined && observedAt < published.at.getTime())
      return compared(sku, { result: 'stale', reported });
    await this.observations.record(connection, [intent], 'webhook');
    const subject = `${connection}/${sku}`;
    if (published?.quantity === reported) {
      await this.alerts.close('drift', subject);
      return compared(sku, { result: 'equal', reported });
    }
    if (!listing) await this.listings.ensure(connection, [sku]);
    const before = published?.quantity ?? null;
    await this.alerts.raise('drift', subject, driftDetail(reported, before));
    const skus = partsOf(listing ?? { sku }).map((part) => part.sku);
    await this.erpEntries.observe(skus);
    const cause = event.correlationId === undefined ? {} : { correlationId: event.correlationId };
    await this.listings.requestPublish(skus.map((own) => ({ sku: own, soldAt: connection, cause })));
    this.pumps.wake([connection]);
    return compared(sku, { result: 'drift', reported, published: before });
  }
}

function compared(sku: string, response: JobOutcome['response']): JobOutcome {
  return { action: 'stock.compared', status: 'success', productSkus: [sku], response };
}
