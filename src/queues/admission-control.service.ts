import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { performance } from 'node:perf_hooks';

const MEASURE_EVERY_MS = 25;
/** Measurements between two batches of jobs. */
const BATCH_EVERY = 4;
/** This many webhooks between two batches are an overload. */
const OVERLOAD = 5;
/** Above this share of a core in use, webhooks would have to wait. */
const BUSY_SHARE = 0.7;
/** Documents on which long jobs may work however busy the process is. */
const MIN_SOLO = 2;
const MAX_SOLO = 100;

/** `batch`: short jobs whose writes are grouped, so that many at a time are cheap. `solo`: long jobs that call out. */
export type Admission = 'batch' | 'solo';

/**
 * Gives webhooks precedence over jobs. During an overload, short jobs start in batches, a few times a second, and only as many long
 * jobs run as leave the webhooks their speed. Without an overload every job starts at once.
 */
@Injectable()
export class AdmissionControl implements OnApplicationShutdown {
  private readonly timer: NodeJS.Timeout;
  private readonly queued: Record<Admission, { readonly size: number; readonly start: () => void }[]> = {
    batch: [],
    solo: [],
  };
  private before = performance.eventLoopUtilization();
  private measurements = 0;
  private webhooks = 0;
  private isOverloaded = false;
  private runningSolo = 0;
  private capacity = MAX_SOLO;

  constructor() {
    this.timer = setInterval(() => this.measure(), MEASURE_EVERY_MS);
    this.timer.unref();
  }

  /** Starts all queued jobs, so that the shutdown waits for none of them. */
  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.isOverloaded = false;
    this.startBatch();
    this.startQueued();
  }

  noteWebhook(): void {
    this.webhooks += 1;
  }

  /** Runs a job as soon as there is capacity for it. `size`: on how many documents a long job works at the same time. */
  async run<T>(admission: Admission, job: () => Promise<T>, size = 1): Promise<T> {
    const waits = this.isOverloaded && (admission === 'batch' || this.runningSolo >= this.capacity);
    if (waits) await new Promise<void>((start) => this.queued[admission].push({ size, start }));
    if (admission === 'batch') return job();
    this.runningSolo += size;
    try {
      return await job();
    } finally {
      this.runningSolo -= size;
      this.startQueued();
    }
  }

  private measure(): void {
    this.measurements += 1;
    if (this.measurements % BATCH_EVERY === 0) {
      this.isOverloaded = this.webhooks >= OVERLOAD;
      this.webhooks = 0;
      if (!this.isOverloaded) this.capacity = MAX_SOLO;
      this.startBatch();
    }
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.before);
    this.before = now;
    this.capacity =
      utilization > BUSY_SHARE
        ? Math.max(MIN_SOLO, Math.min(this.capacity, this.runningSolo) * 0.7)
        : Math.min(MAX_SOLO, this.capacity + 0.25);
    this.startQueued();
  }

  private startBatch(): void {
    for (const { start } of this.queued.batch.splice(0)) start();
  }

  /** Starts queued long jobs while there is capacity. */
  private startQueued(): void {
    let free = this.isOverloaded ? Math.floor(this.capacity) - this.runningSolo : Infinity;
    for (let next; free > 0 && (next = this.queued.solo.shift()); free -= next.size) next.start();
  }
}
