import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 50;
/** A turn of the event loop that takes longer than this keeps requests waiting, in milliseconds. */
const BUSY_MS = 15;
/** However busy it is, a job waits no longer than this. */
const PATIENCE_MS = 2_000;

/**
 * Lets requests go first: while the process is too busy to answer at once, jobs that are about to begin wait a little. They are only
 * hints to look, so nothing is late but the look.
 */
export class IntakeFirst {
  private readonly delay = monitorEventLoopDelay({ resolution: 5 });
  private readonly timer: NodeJS.Timeout;
  private busy = false;

  constructor() {
    this.delay.enable();
    this.timer = setInterval(() => {
      this.busy = this.delay.mean / 1e6 - 5 > BUSY_MS;
      this.delay.reset();
    }, LOOK_EVERY_MS);
    this.timer.unref();
  }

  /** Resolves when there is room for a job to begin. */
  async room(): Promise<void> {
    for (let waited = 0; this.busy && waited < PATIENCE_MS; waited += LOOK_EVERY_MS)
      await sleep(LOOK_EVERY_MS + Math.random() * LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.delay.disable();
  }
}
