import { Injectable } from '@nestjs/common';
import { type JobOutcome } from '../../queues/job-outcome.js';
import { HandlesIntent, type IntentHandler, type IntentOf } from '../../webhook-events/intent-handler.js';
import { type WebhookEvent } from '../../webhook-events/webhook-event.schema.js';
import { CatalogueService } from '../catalogue.service.js';

/** Products of a channel changed: their part of the catalogue is read again. */
@Injectable()
@HandlesIntent(['listingRef'])
export class ListingRefIntentHandler implements IntentHandler<'listingRef'> {
  constructor(private readonly catalogue: CatalogueService) {}

  handle({ connection }: WebhookEvent, { skus, products }: IntentOf<'listingRef'>): Promise<JobOutcome> {
    this.catalogue.debounce(connection, products);
    return Promise.resolve({ action: 'catalogue.asked', status: 'success', productSkus: skus });
  }
}
