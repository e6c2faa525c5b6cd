import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { errorText } from '../common/error-text.js';
import { databaseOutage, isOutage } from '../common/mongo/database-away.js';
import { leaseTimes } from '../common/lease-times.js';
import { PeriodicTask } from '../common/periodic-task.js';
import { AppConfig } from '../config/app-config.js';
import { MarkRegistry } from '../queues/mark-registry.service.js';
import { MAX_SWEPT } from '../queues/queue-names.js';

/**
 * Finds overdue open marks and wakes their work again: jobs that Redis lost, and work of a process that
 * died. Its timer runs in each worker process, so that it needs nothing but the database.
 */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Sweeper');
  private readonly task: PeriodicTask;

  constructor(
    config: AppConfig,
    private readonly marks: MarkRegistry,
  ) {
    this.task = new PeriodicTask(() => this.sweep(), {
      everyMs: config.values.SWEEP_INTERVAL_MS,
      logger: this.logger,
      failure: 'a sweep failed',
      byWorkersOnly: true,
    });
  }

  onApplicationBootstrap(): void {
    this.task.start(0);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  /** The age of the oldest open mark that was not postponed, in milliseconds. */
  async oldestMs(): Promise<number> {
    const oldest = (await Promise.all(this.marks.all.map(({ marks }) => marks.oldestWaiting()))).filter(
      (since) => since !== null,
    );
    return oldest.length === 0 ? 0 : Math.max(0, Date.now() - Math.min(...oldest.map((since) => since.getTime())));
  }

  private async sweep(): Promise<void> {
    for (const source of this.marks.all) {
      try {
        const ids = await source.marks.takeOverdue(MAX_SWEPT, leaseTimes.againMs());
        databaseOutage.ends();
        if (ids.length > 0) await this.marks.wake(source, ids);
      } catch (error) {
        if (!isOutage(error)) this.logger.warn(`a sweep failed: ${errorText(error)}`);
      }
    }
  }
}
