import { randomUUID } from 'node:crypto';

let lastMs = 0;
let counter = 0;

/**
 * A new id that sorts by the time it was made: 9 characters of milliseconds, 4 of a counter, 12 at random: digits and small letters.
 * Ids made by one process are in strict order.
 */
export function timeOrderedId(now = Date.now()): string {
  if (now > lastMs) {
    lastMs = now;
    counter = 0;
  } else {
    counter += 1;
  }
  // The last group of a UUID: 48 bits at random, made ahead by the platform.
  const random = randomUUID().slice(-12);
  return lastMs.toString(36).padStart(9, '0') + counter.toString(36).padStart(4, '0') + random;
}

/** The smallest id that `timeOrderedId` can give at that time, for ranges. */
export function timeOrderedIdFloor(at: Date): string {
  return Math.max(0, at.getTime()).toString(36).padStart(9, '0');
}
