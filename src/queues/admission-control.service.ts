import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { performance } from 'node:perf_hooks';

const LOOK_EVERY_MS = 25;
/** Looks between two gangs of jobs. */
const GANG_EVERY = 4;
/** So many webhooks within one span of gangs are a rush. */
const RUSH = 5;
/** Above this share of a core in use, a webhook would wait for its turn. */
const BUSY_SHARE = 0.7;
/** However busy it is, so many of the slow jobs go on. */
const FEWEST_JOBS = 2;
const MOST_JOBS = 100;

/** `gang`: short jobs whose writes are grouped, and so are cheap many at a time. `single`: long ones that call out. */
export type Manner = 'gang' | 'single';

/**
 * Lets webhooks go first. In a rush of them, short jobs run in gangs, a few times a second, and only as many long ones run as leave the
 * webhooks their speed. Jobs are hints to look, so nothing is late but the look. Without a rush every job runs at once.
 */
@Injectable()
export class AdmissionControl implements OnApplicationShutdown {
  private readonly timer: NodeJS.Timeout;
  private readonly waiting: Record<Manner, (() => void)[]> = { gang: [], single: [] };
  private before = performance.eventLoopUtilization();
  private looks = 0;
  private webhooks = 0;
  private rush = false;
  private singles = 0;
  private room = MOST_JOBS;

  constructor() {
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.timer.unref();
  }

  /** Nobody is kept waiting by a process that ends. */
  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.rush = false;
    this.admitAll();
  }

  /** A webhook was taken in. */
  tookIn(): void {
    this.webhooks += 1;
  }

  /** Runs a job as soon as there is room for it. */
  async run<T>(manner: Manner, job: () => Promise<T>): Promise<T> {
    const waits = this.rush && (manner === 'gang' || this.singles >= this.room);
    if (waits) await new Promise<void>((resolve) => this.waiting[manner].push(resolve));
    if (manner === 'gang') return job();
    this.singles += 1;
    try {
      return await job();
    } finally {
      this.singles -= 1;
      this.admitSingles();
    }
  }

  private look(): void {
    this.looks += 1;
    if (this.looks % GANG_EVERY === 0) {
      this.rush = this.webhooks >= RUSH;
      this.webhooks = 0;
      if (!this.rush) this.room = MOST_JOBS;
      for (const begin of this.waiting.gang.splice(0)) begin();
    }
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.before);
    this.before = now;
    if (utilization > BUSY_SHARE) this.room = Math.max(FEWEST_JOBS, Math.min(this.room, this.singles) * 0.7);
    else this.room = Math.min(MOST_JOBS, this.room + 0.25);
    this.admitSingles();
  }

  private admitSingles(): void {
    const free = this.rush ? Math.max(0, Math.floor(this.room) - this.singles) : this.waiting.single.length;
    for (const begin of this.waiting.single.splice(0, free)) begin();
  }

  private admitAll(): void {
    for (const begin of this.waiting.gang.splice(0)) begin();
    this.admitSingles();
  }
}
