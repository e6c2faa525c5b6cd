import { randomUUID } from 'node:crypto';

let lastMs = 0;
let counter = 0;

/**
 * A new id that sorts by its time: 9 characters of milliseconds, 4 of a counter, 12 random ones, all
 * digits and small letters. Ids made by one process are strictly ascending.
 */
export function timeOrderedId(now = Date.now()): string {
  if (now > lastMs) {
    lastMs = now;
    counter = 0;
  } else {
    counter += 1;
  }
  // The last group of a UUID: 48 random bits, which the platform prepares in advance.
  const random = randomUUID().slice(-12);
  return lastMs.toString(36).padStart(9, '0') + counter.toString(36).padStart(4, '0') + random;
}

/** The smallest id that `timeOrderedId` can return at that time, for ranges. */
export function timeOrderedIdFloor(at: Date): string {
  return Math.max(0, at.getTime()).toString(36).padStart(9, '0');
}
