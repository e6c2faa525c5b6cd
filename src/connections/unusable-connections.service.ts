import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { type AlertDetail } from '../alerts/alert-details.js';
import { AlertsService } from '../alerts/alerts.service.js';
import { PeriodicTask } from '../common/periodic-task.js';
import { DEFAULT_LANGUAGE } from '../words/language.js';
import { Words } from '../words/words.js';
import { ConnectionCache, KNOWN_EVERYWHERE_MS, type UnusableReason } from './connection-cache.js';

/**
 * An alert for each stored connection that cannot be used: its sealing key is not given, or its settings cannot be read. The start also says
 * so. Only a change that this process sees opens or closes it: while processes with and without a key run beside each other, it stays as it is.
 */
@Injectable()
export class UnusableConnections implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Connections');
  /** Those that have their alert. */
  private raised: ReadonlyMap<string, UnusableReason> = new Map();
  private readonly task = new PeriodicTask(() => this.review(), {
    everyMs: KNOWN_EVERYWHERE_MS,
    logger: this.logger,
    failure: 'the alerts about unusable connections were not written',
  });

  constructor(
    private readonly cache: ConnectionCache,
    private readonly alerts: AlertsService,
    private readonly words: Words,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const [id, reason] of this.cache.unusableReasons()) this.logger.error(this.lineOf(id, reason));
    // What another process left open, whose key is back by now.
    await this.alerts.closeAll(
      'connection_unusable',
      this.cache.all().map(({ id }) => id),
    );
    await this.task.startWithRun();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  private async review(): Promise<void> {
    const now = this.cache.unusableReasons();
    for (const [id, reason] of now)
      if (this.raised.get(id)?.problem !== reason.problem)
        await this.alerts.raise('connection_unusable', id, detailOf(reason));
    const mended = [...this.raised.keys()].filter((id) => !now.has(id));
    if (mended.length > 0) await this.alerts.closeAll('connection_unusable', mended);
    this.raised = now;
  }

  private lineOf(id: string, reason: UnusableReason): string {
    const what = this.words.text(detailOf(reason), DEFAULT_LANGUAGE);
    const action = this.words.text({ code: 'alerts.connection_unusable.action' }, DEFAULT_LANGUAGE);
    return `${id} cannot be used: ${what}. ${action}`;
  }
}

function detailOf({ problem, missingKey }: UnusableReason): AlertDetail<'connection_unusable'> {
  return missingKey === undefined
    ? { code: 'alerts.connection_unusable.settings', params: { reason: problem } }
    : { code: 'alerts.connection_unusable.key', params: { key: missingKey } };
}
