import { isAhead } from '../common/clock.js';
import { RETRY_AFTER_MS, SILENCE_OVER_MS } from '../config/retry-delays.js';
import { type ConnectionState } from './connection.schema.js';

type Waits = Pick<ConnectionState, 'waitUntil' | 'waitSetAt' | 'silentSince' | 'suspended' | 'removedAt'>;

/** Until when the platform asked for no calls; null: calls may go. Pure. */
export function waitEnd(state: Waits, now: Date): Date | null {
  const end = askedUntil(state, now);
  return end !== null && end > now ? end : null;
}

/** Since when the platform has asked for no calls, one wait after the other; null: it is not silent. Pure. */
export function silenceOf(state: Waits, now: Date): Date | null {
  const { silentSince, suspended, removedAt } = state;
  const end = askedUntil(state, now);
  if (!silentSince || suspended || removedAt || end === null) return null;
  return now.getTime() - end.getTime() < SILENCE_OVER_MS ? silentSince : null;
}

/** The end of the last wait; null: none, or one that a wrong clock or an older release stored. */
function askedUntil({ waitUntil, waitSetAt }: Waits, now: Date): Date | null {
  if (!waitUntil || (waitSetAt && isAhead(waitSetAt, now))) return null;
  const isTooLong = isAhead(waitUntil, new Date(now.getTime() + RETRY_AFTER_MS.longestSilence));
  return isTooLong ? null : waitUntil;
}
