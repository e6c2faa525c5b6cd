import { type Random } from '../random.js';

export type Luck = 'well' | 'lost before' | 'lost after';

/** The speed and reliability of calls in one run. Most runs are reliable, some are not. */
export class Weather {
  private readonly meanMs: { readonly database: number; readonly erp: number };
  private readonly slow: number;
  private readonly stuck: number;
  private readonly lost: number;
  private readonly atOnce: number;
  private readonly conflict: number;

  constructor(random: Random) {
    this.meanMs = { database: random.pick([0.3, 1, 3]), erp: random.pick([1, 5, 30]) };
    this.slow = random.pick([0, 0.02, 0.1]);
    this.stuck = random.pick([0, 0, 0, 0.004]);
    this.lost = random.pick([0, 0, 0, 0.01]);
    this.atOnce = random.pick([1, 0.7, 0.4]);
    this.conflict = random.pick([0, 0, 0, 0.03]);
  }

  /** The latency of a call, in milliseconds. */
  latency(where: 'database' | 'erp', random: Random): number {
    const mean = this.meanMs[where];
    const kind = random.unit();
    // Odoo retries conflicts by itself; up to half a minute was measured.
    if (where === 'erp' && kind < this.stuck) return random.between(1_000, 35_000);
    return random.wait(kind < this.slow + this.stuck ? mean * 20 : mean);
  }

  luck(random: Random): Luck {
    if (this.lost === 0 || !random.chance(this.lost)) return 'well';
    return random.chance(0.5) ? 'lost before' : 'lost after';
  }

  /** Whether the server undoes a write because of a concurrent one. */
  conflicts(random: Random): boolean {
    return this.conflict > 0 && random.chance(this.conflict);
  }

  answersAtOnce(random: Random): boolean {
    return random.chance(this.atOnce);
  }
}
