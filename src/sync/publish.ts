/** How a listing shows what is available. */
export interface PublishingRules {
  /** Units kept back. */
  readonly buffer: number;
  /** The most that is shown; null: no limit. */
  readonly cap: number | null;
  /** Sold here at all. */
  readonly paused: boolean;
}

/** What a channel is told: what is available over all warehouses less the buffer, at most the cap, never below 0. `zero` tells 0 whatever there is. */
export function numberToTell(available: number, rules: PublishingRules, publishing: 'shadow' | 'live' | 'zero'): number {
  if (publishing === 'zero' || rules.paused) return 0;
  const shown = Math.max(0, available - rules.buffer);
  return rules.cap === null ? shown : Math.min(shown, Math.max(0, rules.cap));
}
