import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { PeriodicTask } from '../common/periodic-task.js';
import { AppConfig } from '../config/app-config.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { EntriesRepository } from '../stock/entries.repository.js';
import { MarkedScan } from './brake/marked-scan.service.js';

/**
 * Observes the whole ERP at the start and periodically. An ERP does not repeat a lost webhook, so a change
 * while this process was down would stay unnoticed until the next sale.
 */
@Injectable()
export class ObservationRounds implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task: PeriodicTask;

  constructor(
    config: AppConfig,
    private readonly connections: ConnectionsService,
    private readonly entries: EntriesRepository,
    private readonly scan: MarkedScan,
  ) {
    this.task = new PeriodicTask(() => this.begin(), {
      everyMs: config.values.OBSERVE_ALL_INTERVAL_MS,
      logger: new Logger('ObservationRounds'),
      failure: 'a round of observations did not begin',
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    this.task.start();
    await this.task.run();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  private async begin(): Promise<void> {
    for (const { connection } of this.connections.erps()) {
      await this.scan.begin(connection.id);
      await this.entries.wantObservationOfAll(connection.id);
    }
  }
}
