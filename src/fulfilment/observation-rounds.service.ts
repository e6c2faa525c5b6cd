import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { errorText } from '../common/error-text.js';
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
  private readonly logger = new Logger('ObservationRounds');
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly config: AppConfig,
    private readonly connections: ConnectionsService,
    private readonly entries: EntriesRepository,
    private readonly scan: MarkedScan,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.begin();
    this.timer = setInterval(() => void this.begin(), this.config.values.OBSERVE_ALL_INTERVAL_MS);
    this.timer.unref();
  }

  beforeApplicationShutdown(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /** Never throws: the next round compensates. */
  private async begin(): Promise<void> {
    try {
      for (const { connection } of this.connections.erps()) {
        await this.scan.begin(connection.id);
        await this.entries.wantObservationOfAll(connection.id);
      }
    } catch (error) {
      this.logger.warn(`a round of observations did not begin: ${errorText(error)}`);
    }
  }
}
