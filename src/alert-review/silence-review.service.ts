import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { silentDetail } from '../alerts/alert-details.js';
import { AlertsRepository } from '../alerts/alerts.repository.js';
import { AlertsService } from '../alerts/alerts.service.js';
import { PeriodicTask } from '../common/periodic-task.js';
import { SILENCE_ALERT_MS } from '../config/retry-delays.js';
import { ConnectionCache } from '../connections/connection-cache.js';

const EVERY_MS = 30_000;
const MOST_OPEN = 1_000;

/** One alert for each connection whose platform has asked for no calls for minutes. */
@Injectable()
export class SilenceReview implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task = new PeriodicTask(() => this.review(), {
    everyMs: EVERY_MS,
    logger: new Logger('SilenceReview'),
    failure: 'silent connections were not reviewed',
    byWorkersOnly: true,
  });

  constructor(
    private readonly connections: ConnectionCache,
    private readonly open: AlertsRepository,
    private readonly alerts: AlertsService,
  ) {}

  onApplicationBootstrap(): void {
    this.task.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  /** Opens an alert for each long silence, and closes those of silences that ended. */
  async review(): Promise<void> {
    const silent = this.connections.silentFor(SILENCE_ALERT_MS);
    const open = await this.open.openOf(['connection_silent'], '', MOST_OPEN);
    const known = new Set(open.map(({ subject }) => subject));
    for (const [id, since] of silent)
      if (!known.has(id)) await this.alerts.raise('connection_silent', id, silentDetail(since));
    for (const alert of open) if (!silent.has(alert.subject)) await this.alerts.closeSeen(alert);
  }
}
