import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { type Connection as Database } from 'mongoose';
import { isDuplicateKey } from '../../common/mongo/native.js';
import { PeriodicTask } from '../../common/periodic-task.js';
import { AppConfig } from '../../config/app-config.js';
import { RunsService } from './runs.service.js';

const LOOK_MS = 60_000;
const HOUR_MS = 3_600_000;

interface LastRun {
  readonly _id: string;
  /** When the last one was due, or when the first process checked. */
  readonly at: Date;
}

/** Starts a run at fixed intervals, in whichever process is up, and once among all processes. */
@Injectable()
export class ReconcileSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task = new PeriodicTask(() => this.look(), {
    everyMs: LOOK_MS,
    logger: new Logger('Reconcile'),
    failure: 'a run was not begun',
  });

  constructor(
    private readonly config: AppConfig,
    private readonly runs: RunsService,
    @InjectConnection() private readonly database: Database,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.values.RECONCILE_INTERVAL_HOURS === 0) return;
    this.task.start();
    await this.task.run();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  /** Starts a run if one is due. */
  async look(now = new Date()): Promise<void> {
    if ((await this.take(now)) && !(await this.runs.reconcileOnSchedule())) await this.comeBack(now);
  }

  /** Another run was in progress: tries again in an hour. */
  private async comeBack(now: Date): Promise<void> {
    const at = new Date(now.getTime() - this.intervalMs + HOUR_MS);
    await this.settings.updateOne({ _id: 'reconcile', at: now }, { $set: { at } });
  }

  private get intervalMs(): number {
    return this.config.values.RECONCILE_INTERVAL_HOURS * HOUR_MS;
  }

  private get settings() {
    return this.database.collection<LastRun>('settings');
  }

  /** One of all processes takes it. A new installation reads everything at its start. */
  private async take(now: Date): Promise<boolean> {
    const due = { _id: 'reconcile', at: { $lte: new Date(now.getTime() - this.intervalMs) } };
    if ((await this.settings.updateOne(due, { $set: { at: now } })).matchedCount === 1) return true;
    try {
      await this.settings.updateOne({ _id: 'reconcile' }, { $setOnInsert: { at: now } }, { upsert: true });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    return false;
  }
}
