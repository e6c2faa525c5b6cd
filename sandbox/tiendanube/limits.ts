import { type Plan } from './state.js';
import { type TiendanubeSettings } from './settings.js';

/** Counters of one store's limiters since the last reset. */
export interface LimitCounters {
  calls: number;
  /** Calls that came although the bucket was full. */
  violations: number;
  /** Calls that the weighted limiter refused while the bucket had room. */
  weightedRefusals: number;
  /** The highest level of the bucket so far. */
  fullest: number;
}

const plans: Record<Plan, { size: number; perSecond: number }> = {
  basic: { size: 40, perSecond: 2 },
  next: { size: 400, perSecond: 20 },
};

/** The leaky bucket of one store and app: its size in calls, and the calls that leak out per second. */
export class LeakyBucket {
  readonly counters: LimitCounters = { calls: 0, violations: 0, weightedRefusals: 0, fullest: 0 };
  private level = 0;
  private at = 0;
  private weight = 0;
  private weighedAt = 0;

  constructor(private readonly plan: () => Plan) {}

  /** Whether one more call fits; counts it when it does. */
  pass(now: number): boolean {
    this.leak(now);
    this.counters.calls += 1;
    if (this.level + 1 > plans[this.plan()].size) {
      this.counters.violations += 1;
      return false;
    }
    this.level += 1;
    this.counters.fullest = Math.max(this.counters.fullest, Math.ceil(this.level));
    return true;
  }

  /** Whether an update of this weight is accepted; the tokens return steadily. */
  passWeight(weight: number, { weightCapacity, weightPerSecond }: TiendanubeSettings, now: number): boolean {
    this.weight = Math.max(0, this.weight - ((now - this.weighedAt) / 1000) * weightPerSecond);
    this.weighedAt = now;
    if (this.weight + weight > weightCapacity) {
      this.counters.weightedRefusals += 1;
      return false;
    }
    this.weight += weight;
    return true;
  }

  /** How long until the latest call has leaked out. */
  waitMs(): number {
    return (Math.max(0, this.level - 1) / plans[this.plan()].perSecond) * 1000;
  }

  headers(now: number): Record<string, string> {
    this.leak(now);
    const { size, perSecond } = plans[this.plan()];
    return {
      'x-rate-limit-limit': String(size),
      'x-rate-limit-remaining': String(Math.max(0, Math.floor(size - this.level))),
      'x-rate-limit-reset': String(Math.ceil((this.level / perSecond) * 1000)),
    };
  }

  private leak(now: number): void {
    this.level = Math.max(0, this.level - ((now - this.at) / 1000) * plans[this.plan()].perSecond);
    this.at = now;
  }
}
