import { type Logger } from '@nestjs/common';
import { errorText } from './error-text.js';
import { isOutage } from './mongo/database-away.js';
import { isWorker } from '../config/role.js';

export interface PeriodicTaskOptions {
  /** The longest time from the end of a run to the start of the next one. Absent: it runs only when `soon` asks for it. */
  readonly everyMs?: number;
  readonly logger: Logger;
  /** What the log says of a run that failed, in front of the reason. */
  readonly failure: string;
  readonly level?: 'warn' | 'debug';
  /** A process that only serves requests runs it when `soon` asks for it, and never by itself. */
  readonly byWorkersOnly?: boolean;
}

/** Up to a tenth of each interval is left out, so that processes that start together do not stay in step. */
const JITTER = 0.1;

/**
 * Runs `work` again and again, one run at a time. A run that throws is logged, and the next one comes as usual.
 * The timer does not keep the process alive.
 */
export class PeriodicTask {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | null = null;
  /** When the next run is due, by the monotonic clock. */
  private dueAt = Infinity;
  private isStarted = false;
  private isStopped = false;

  /** @param work may give back after how many milliseconds it runs again, instead of `everyMs` */
  constructor(
    private readonly work: () => number | void | Promise<number | void>,
    private readonly options: PeriodicTaskOptions,
  ) {}

  /** Long work looks at it, and ends early. */
  get stopped(): boolean {
    return this.isStopped;
  }

  start(delayMs = this.intervalMs()): void {
    this.isStarted = true;
    this.repeat(delayMs);
  }

  /** Starts it with a run now, and waits for that one. */
  async startWithRun(): Promise<void> {
    this.start();
    if (this.repeats()) await this.run();
  }

  /** Has a run start within `delayMs`, or so long after the run in progress: that one may have missed what is asked for. Before `start` nothing runs. */
  soon(delayMs: number): void {
    if (!this.isStarted) return;
    this.dueAt = Math.min(this.dueAt, performance.now() + delayMs);
    if (!this.running) this.arm();
  }

  /** Runs now, or joins the run in progress. Never rejects. */
  run(): Promise<void> {
    this.running ??= this.runOnce().then((nextMs) => {
      this.running = null;
      this.repeat(nextMs);
    });
    return this.running;
  }

  /** Starts no more runs, and waits for the run in progress. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** What was asked for during a run is due in any process. */
  private repeat(delayMs: number): void {
    this.soon(this.repeats() ? delayMs : Infinity);
  }

  private repeats(): boolean {
    return isWorker() || this.options.byWorkersOnly !== true;
  }

  private async runOnce(): Promise<number> {
    clearTimeout(this.timer);
    this.dueAt = Infinity;
    try {
      return (await this.work()) ?? this.intervalMs();
    } catch (error) {
      if (!isOutage(error))
        this.options.logger[this.options.level ?? 'warn'](`${this.options.failure}: ${errorText(error)}`);
      return this.intervalMs();
    }
  }

  private intervalMs(): number {
    return (this.options.everyMs ?? Infinity) * (1 - JITTER * Math.random());
  }

  private arm(): void {
    clearTimeout(this.timer);
    if (this.isStopped || this.dueAt === Infinity) return;
    this.timer = setTimeout(() => void this.run(), Math.max(0, this.dueAt - performance.now()));
    this.timer.unref();
  }
}
