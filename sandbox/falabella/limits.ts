import { type FalabellaSettings } from '../settings.js';
import { type FalabellaState } from './state.js';

/** The number of two-minute steps in the day after which the burst is available again. */
const stepsPerDay = 720;

/**
 * Whether one more feed is allowed now; counts it if it is. Fifty in a row, then one per interval, and a
 * new burst each day.
 */
export function passFeedGate(state: FalabellaState, settings: FalabellaSettings, now: number): boolean {
  const gate = state.feedGate;
  if (!settings.feedLimit) return true;
  if (settings.feedBurstRenews === 'steadily') return passBucket(gate, settings, now);
  if (now - gate.windowStart >= stepsPerDay * settings.feedIntervalMs)
    Object.assign(gate, { windowStart: now, used: 0 });
  if (gate.used >= settings.feedBurst && now - gate.lastAt < settings.feedIntervalMs) return false;
  gate.used += 1;
  gate.lastAt = now;
  return true;
}

/** The other reading of the documentation: used calls return one by one, one per interval. */
function passBucket(gate: FalabellaState['feedGate'], settings: FalabellaSettings, now: number): boolean {
  gate.used = Math.max(0, gate.used - (now - gate.lastAt) / settings.feedIntervalMs);
  gate.lastAt = now;
  if (gate.used + 1 > settings.feedBurst) return false;
  gate.used += 1;
  return true;
}

/** The general limit on reads: a sliding minute. */
export class ReadLimit {
  private times: number[] = [];

  pass(perMinute: number, now: number): boolean {
    if (perMinute === 0) return true;
    this.times = this.times.filter((time) => now - time < 60_000);
    if (this.times.length >= perMinute) return false;
    this.times.push(now);
    return true;
  }
}
