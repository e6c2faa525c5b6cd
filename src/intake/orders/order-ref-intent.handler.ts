import { Injectable } from '@nestjs/common';
import { type JobOutcome } from '../../queues/job-outcome.js';
import { HandlesIntent, type IntentHandler, type IntentOf } from '../../webhook-events/intent-handler.js';
import { type WebhookEvent } from '../../webhook-events/webhook-event.schema.js';
import { OrderReader } from './order-reader.service.js';

/** A webhook or a poll that named an order. */
@Injectable()
@HandlesIntent(['orderRef'])
export class OrderRefIntentHandler implements IntentHandler<'orderRef'> {
  constructor(private readonly reader: OrderReader) {}

  handle(event: WebhookEvent, intent: IntentOf<'orderRef'>): Promise<JobOutcome> {
    return this.reader.read(event, intent);
  }
}
