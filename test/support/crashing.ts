import { type Checkpoint } from '../../src/common/checkpoint.js';
import { type Shop } from './shop.js';
import { waitFor } from './wait.js';

/** What each flow passes, in its order. Together they are all the places there are. */
export const FLOWS = {
  order: [
    'event.stored',
    'event.started',
    'order.planned',
    'ledger.appended',
    'movement.projected',
    'plan.recorded',
    'event.handled',
    'delivery.named',
    'delivery.begun',
    'delivery.booked',
    'delivery.noted',
    'commit.appended',
    'delivery.counted',
    'delivery.served',
    'push.claimed',
    'push.recorded',
    'push.sent',
    'push.noted',
  ],
  /** Cancelled before any delivery was begun. */
  cancelReserved: [
    'event.stored',
    'event.started',
    'order.planned',
    'ledger.appended',
    'movement.projected',
    'plan.recorded',
    'event.handled',
  ],
  /** Cancelled while the delivery waits in Odoo. */
  cancelWaiting: [
    'order.planned',
    'event.handled',
    'cancel.begun',
    'cancel.agreed',
    'ledger.appended',
    'commit.appended',
    'movement.projected',
    'release.appended',
    'delivery.counted',
    'cancel.served',
  ],
  /** Somebody changes the stock in Odoo. */
  stock: [
    'event.stored',
    'event.started',
    'ledger.appended',
    'movement.projected',
    'event.handled',
    'push.claimed',
    'push.recorded',
    'push.sent',
    'push.noted',
  ],
} as const satisfies Record<string, readonly Checkpoint[]>;

/**
 * Starts the application so that it dies at `place`, does `work`, and waits until it has died. What `work` was told when the connection broke
 * is of no interest.
 * @throws Error when it never comes to that place
 */
export async function dieAt(shop: Shop, place: Checkpoint, work: () => Promise<unknown>): Promise<void> {
  await shop.app.kill9();
  const app = await shop.start({ CRASH_AT: place });
  await work().catch(() => undefined);
  await waitFor(`the application dies at ${place}`, () => !app.running, { withinMs: 15_000 });
  const { signal } = await app.ended;
  expect(signal).toBe('SIGKILL');
}
