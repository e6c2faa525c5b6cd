/**
 * The one test hook: the named places in the flow at which a test may have the process die as a power cut would.
 * Outside NODE_ENV=test it does nothing.
 */
export const CHECKPOINTS = [
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
  'cancel.begun',
  'cancel.agreed',
  'release.appended',
  'cancel.served',
  'push.claimed',
  'push.recorded',
  'push.sent',
  'push.noted',
] as const;

export type Checkpoint = (typeof CHECKPOINTS)[number];

const armed = process.env.NODE_ENV === 'test' ? process.env.CRASH_AT : undefined;

/** Ends the process at once, without any clean-up, where `CRASH_AT` names this place. */
export function checkpoint(name: Checkpoint): void {
  if (armed === name) process.kill(process.pid, 'SIGKILL');
}
