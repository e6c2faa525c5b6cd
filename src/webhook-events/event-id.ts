import { createHash } from 'node:crypto';

/** The id of a webhook event: the same bytes of one connection and topic are the same event. */
export function eventIdOf(connection: string, topic: string, rawBody: Buffer): string {
  return `evt_${createHash('sha256').update(`${connection}\n${topic}\n`).update(rawBody).digest('base64url')}`;
}

/** The id of what a poll finds: one row for each order, opened again with each change. @param orderKey the order's own id */
export function pollEventId(orderKey: string): string {
  return `evt_poll_${createHash('sha256').update(orderKey).digest('base64url')}`;
}
