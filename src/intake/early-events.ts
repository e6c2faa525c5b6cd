import { type WebhookEvent } from '../webhook-events/webhook-event.schema.js';

/** A platform may announce something a little before its API shows it: the event is tried again for so long. */
const EARLY_MS = 10 * 60_000;

/** Whether what the event announces may still appear. */
export function mayStillAppear(event: WebhookEvent): boolean {
  return ageMs(event) < EARLY_MS;
}

export function ageMs({ receivedAt }: WebhookEvent): number {
  return Date.now() - receivedAt.getTime();
}
