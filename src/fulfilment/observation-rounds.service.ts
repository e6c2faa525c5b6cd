import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { type Connection as Database } from 'mongoose';
import { Turns } from '../common/mongo/turns.js';
import { PeriodicTask } from '../common/periodic-task.js';
import { AppConfig } from '../config/app-config.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { EntriesRepository } from '../stock/entries.repository.js';
import { MarkedScan } from './brake/marked-scan.service.js';

/** How often each process looks whether a round is due, as a share of the interval. */
const LOOKS = 4;
/** After a round that could not begin. */
const RETRY_MS = 10_000;

/**
 * Observes the whole ERP at each start, and periodically in one of all processes. An ERP does not repeat a lost webhook, so a change while
 * this process was down would stay unnoticed until the next sale.
 */
@Injectable()
export class ObservationRounds implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task: PeriodicTask;
  private readonly turns: Turns;
  private isFirst = true;

  constructor(
    config: AppConfig,
    private readonly connections: ConnectionsService,
    private readonly entries: EntriesRepository,
    private readonly scan: MarkedScan,
    @InjectConnection() database: Database,
  ) {
    const { OBSERVE_ALL_INTERVAL_MS: intervalMs } = config.values;
    this.turns = new Turns(database, 'observation', intervalMs);
    this.task = new PeriodicTask(() => this.look(), {
      everyMs: intervalMs / LOOKS,
      logger: new Logger('ObservationRounds'),
      failure: 'a round of observations did not begin',
      byWorkersOnly: true,
    });
  }

  onApplicationBootstrap(): Promise<void> {
    return this.task.startWithRun();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  private async look(): Promise<void> {
    const now = new Date();
    if (!this.isFirst && !(await this.turns.take(now))) return;
    try {
      await this.begin();
    } catch (error) {
      if (!this.isFirst) await this.turns.retryAfter(RETRY_MS, now);
      throw error;
    }
    if (this.isFirst) await this.turns.note(now);
    this.isFirst = false;
  }

  private async begin(): Promise<void> {
    for (const { connection } of this.connections.erps()) {
      await this.scan.begin(connection.id);
      await this.entries.wantObservationOfAll(connection.id);
    }
  }
}
