import { Injectable } from '@nestjs/common';
import { type JobOutcome } from '../queues/job-outcome.js';
import { HandlesIntent, type IntentHandler, type IntentOf } from '../webhook-events/intent-handler.js';
import { type WebhookEvent } from '../webhook-events/webhook-event.schema.js';

/** Only logs what arrived. A finished push needs no more: the push follower polls for its outcome anyway. */
@Injectable()
@HandlesIntent(['pushRef', 'nothing'])
export class NoEffectIntentHandler implements IntentHandler<'pushRef' | 'nothing'> {
  handle(_event: WebhookEvent, intent: IntentOf<'pushRef' | 'nothing'>): Promise<JobOutcome> {
    return Promise.resolve({ action: 'webhook.noted', status: 'success', response: { ...intent } });
  }
}
