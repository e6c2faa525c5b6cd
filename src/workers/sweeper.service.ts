import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { MarkSources } from '../common/mongo/mark-sources.js';
import { leaseTimes } from '../common/lease-times.js';
import { AppConfig } from '../config/app-config.js';

const LIMIT = 500;

/**
 * Finds work that no job has done, and hints at it again: whatever Redis lost, and whatever a process left that died. Its clock is this
 * process's own, so that it needs nothing but the database.
 */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Sweeper');
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private stopped = false;

  constructor(
    private readonly config: AppConfig,
    private readonly sources: MarkSources,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule(0);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.running;
  }

  /** How long the oldest piece of work that nothing has put off has been waiting, in milliseconds. */
  async oldestMs(): Promise<number> {
    const oldest = (await Promise.all(this.sources.all.map(({ marks }) => marks.oldestWaiting()))).filter(
      (since) => since !== null,
    );
    return oldest.length === 0 ? 0 : Math.max(0, Date.now() - Math.min(...oldest.map((since) => since.getTime())));
  }

  private schedule(delayMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.round().finally(() => {
        this.running = null;
        this.schedule(this.config.values.SWEEP_INTERVAL_MS);
      });
    }, delayMs);
  }

  private async round(): Promise<void> {
    for (const { marks, hint } of this.sources.all) {
      try {
        const ids = await marks.takeOverdue(LIMIT, leaseTimes.againMs());
        if (ids.length > 0) await hint(ids);
      } catch (error) {
        this.logger.warn(`a sweep failed: ${error instanceof Error ? error.message : 'unknown error'}`);
      }
    }
  }
}
