import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { type Connection as Database } from 'mongoose';
import { Turns } from '../../common/mongo/turns.js';
import { PeriodicTask } from '../../common/periodic-task.js';
import { AppConfig } from '../../config/app-config.js';
import { RunsService } from './runs.service.js';

const LOOK_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Starts a run at fixed intervals, in whichever process is up, and once among all processes. */
@Injectable()
export class ReconcileSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly turns: Turns;
  private readonly task = new PeriodicTask(() => this.look(), {
    everyMs: LOOK_MS,
    logger: new Logger('Reconcile'),
    failure: 'a run was not begun',
    byWorkersOnly: true,
  });

  constructor(
    private readonly config: AppConfig,
    private readonly runs: RunsService,
    @InjectConnection() database: Database,
  ) {
    this.turns = new Turns(database, 'reconcile', config.values.RECONCILE_INTERVAL_HOURS * HOUR_MS);
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.values.RECONCILE_INTERVAL_HOURS > 0) await this.task.startWithRun();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  /** Starts a run if one is due. A new installation reads everything at its start. If another run is in progress, it tries again in an hour. */
  async look(now = new Date()): Promise<void> {
    if ((await this.turns.take(now)) && !(await this.runs.reconcileOnSchedule()))
      await this.turns.retryAfter(HOUR_MS, now);
  }
}
