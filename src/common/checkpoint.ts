import { existsSync, readFileSync, rmSync } from 'node:fs';

/**
 * The named points of the code at which a test can end the process as a power cut would. Without effect
 * outside NODE_ENV=test.
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

/** Read at every checkpoint, because a test may arm a process long after its start. */
const file = process.env.NODE_ENV === 'test' ? process.env.CRASH_AT_FILE : undefined;

/**
 * Ends the process at once, without any clean-up, if the file at `CRASH_AT_FILE` holds the name of this checkpoint. It removes the file
 * first, so that of several processes one dies.
 */
export function checkpoint(name: Checkpoint): void {
  if (file === undefined || !existsSync(file)) return;
  try {
    if (readFileSync(file, 'utf8') !== name) return;
    rmSync(file);
  } catch {
    return; // Another process was faster.
  }
  process.kill(process.pid, 'SIGKILL');
}
