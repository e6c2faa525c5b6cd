import { DiscoveryService } from '@nestjs/core';
import { type WebhookIntent } from '../connectors/contract.js';
import { type JobOutcome } from '../queues/job-outcome.js';
import { type WebhookEvent } from './webhook-event.schema.js';

export type IntentKind = WebhookIntent['kind'];
export type IntentOf<Kind extends IntentKind> = Extract<WebhookIntent, { kind: Kind }>;

/** Does what one kind of webhook intent asks for. It may run again for the same event, so it reads the truth each time. */
export interface IntentHandler<Kind extends IntentKind> {
  /** @throws what the platform's connector throws: the failure policy then decides when the event is tried again */
  handle(event: WebhookEvent, intent: IntentOf<Kind>): Promise<JobOutcome>;
}

/** Registers a provider as the handler of these kinds of intent. */
export const HandlesIntent = DiscoveryService.createDecorator<readonly IntentKind[]>();
