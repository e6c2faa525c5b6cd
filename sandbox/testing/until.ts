import { setTimeout as delay } from 'node:timers/promises';

/** Waits until the condition holds; the test's own time-out is the limit. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(5);
}
