import { type WebhookEvent } from '../webhook-events/webhook-event.schema.js';

/** A platform may announce something a little before its API shows it: the event is tried every `againMs` for `forMs`. */
const EARLY = { forMs: 10 * 60_000, againMs: 20_000 };

export const EARLY_AGAIN_MS = EARLY.againMs;

/** Whether what the event announces may still appear. */
export function mayStillAppear(event: WebhookEvent): boolean {
  return ageMs(event) < EARLY.forMs;
}

export function ageMs({ receivedAt }: WebhookEvent): number {
  return Date.now() - receivedAt.getTime();
}
