import { type FalabellaSettings } from '../settings.js';
import { type FalabellaState } from './state.js';

/** How many of the two-minute steps make up the day after which the burst is free again. */
const stepsPerDay = 720;

/** Whether one more feed may be made now; counts it when it may. Fifty in a row, then one per interval, and the burst anew each day. */
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

/** The other reading of the documentation: what was used comes back, one per interval. */
function passBucket(gate: FalabellaState['feedGate'], settings: FalabellaSettings, now: number): boolean {
  gate.used = Math.max(0, gate.used - (now - gate.lastAt) / settings.feedIntervalMs);
  gate.lastAt = now;
  if (gate.used + 1 > settings.feedBurst) return false;
  gate.used += 1;
  return true;
}

/** General limit on reads: a minute that slides along. */
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
