import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 25;
/** Above this share of a core in use, a webhook would wait for its turn. */
const BUSY_SHARE = 0.7;
/** A webhook that takes longer than this waits for somebody: for this process, or for the database. */
const SLOW_MS = 12;
/** How much the newest webhook counts in the running average. */
const NEWEST_WEIGHT = 0.1;
/** So long after a webhook more are expected. */
const EXPECTED_MS = 250;

/**
 * Lets webhooks go first: while they arrive and have to wait, jobs that are about to begin wait a little. They are only hints to look, so
 * nothing is late but the look.
 */
@Injectable()
export class IntakeFirst implements OnApplicationShutdown {
  private readonly timer: NodeJS.Timeout;
  private before = performance.eventLoopUtilization();
  private busy = false;
  private lastAt = 0;
  private averageMs = 0;

  constructor() {
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** A webhook was taken in, and it took so long. */
  took(ms: number): void {
    this.lastAt = Date.now();
    this.averageMs += (ms - this.averageMs) * NEWEST_WEIGHT;
  }

  /** Resolves when there is room for a job to begin, or when it has waited for `patienceMs`. */
  async room(patienceMs: number): Promise<void> {
    for (let waited = 0; this.busy && waited < patienceMs; waited += LOOK_EVERY_MS) await sleep(LOOK_EVERY_MS * (0.5 + Math.random()));
  }

  private look(): void {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.before);
    this.before = now;
    const expected = Date.now() - this.lastAt < EXPECTED_MS;
    if (!expected) this.averageMs = 0;
    this.busy = expected && (utilization > BUSY_SHARE || this.averageMs > SLOW_MS);
  }
}
