import { existsSync, readFileSync } from 'node:fs';

/**
 * The one test hook: the named places in the flow at which a test may have the process die as a power cut would.
 * Outside NODE_ENV=test it does nothing.
 */
export const CHECKPOINTS = [
  'event.stored',
  'event.started',
  'order.planned',
  'ledger.composed',
  'ledger.appended',
  'movement.projected',
  'movement.told',
  'movement.settled',
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
  'command.stored',
  'command.measured',
  'command.reserved',
  'command.sent',
  'command.booked',
  'command.counted',
  'command.answered',
  'saga.reserved',
  'saga.decided',
  'saga.applied',
  'saga.released',
  'return.settled',
  'return.booked',
  'return.counted',
  'import.received',
  'import.checking',
  'import.checked',
  'import.appended',
  'import.applied',
  'import.done',
  'run.looked',
  'run.judged',
  'run.found',
] as const;

export type Checkpoint = (typeof CHECKPOINTS)[number];

/** Read anew at every place: a process can be armed long after it started. */
const file = process.env.NODE_ENV === 'test' ? process.env.CRASH_AT_FILE : undefined;

/** Ends the process at once, without any clean-up, where the file that `CRASH_AT_FILE` leads to holds the name of this place. */
export function checkpoint(name: Checkpoint): void {
  if (file !== undefined && existsSync(file) && readFileSync(file, 'utf8') === name)
    process.kill(process.pid, 'SIGKILL');
}
