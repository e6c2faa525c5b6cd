import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { type Alert } from '../alerts/alert.schema.js';
import { AlertsService } from '../alerts/alerts.service.js';
import { LogSink } from '../common/log-sink.js';
import { PeriodicTask } from '../common/periodic-task.js';
import { FailureTally, type TalliedFailures } from './failure-tally.js';

const INTERVAL_MS = 60_000;
/** The alert opens after so many minutes in a row in which a limit was exceeded. */
const LASTING = 2;
/** The alert closes when there were none for so long. */
const QUIET_MS = 10 * 60_000;
const KIND = 'auth_failures';
/** There is one alert for all clients and accounts. */
const SUBJECT = 'api';
const MOST_NAMED = 5;

/**
 * Once a minute: a log document with the number of failures that have none of their own, and an alert while
 * a limit is exceeded. The alert has the time of the newest ones, so that any process can close it.
 */
@Injectable()
export class FailureWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly tally = new FailureTally();
  private minutesBeyond = 0;
  private readonly task = new PeriodicTask(() => this.review(), {
    everyMs: INTERVAL_MS,
    logger: new Logger('AuthFailures'),
    failure: 'the alert about failures to authenticate was not written',
  });

  constructor(
    private readonly logs: LogSink,
    private readonly alerts: AlertsService,
  ) {}

  onApplicationBootstrap(): void {
    this.task.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.task.stop();
    this.log(this.tally.take());
  }

  /** Counts a failure without a log document. `isBeyond`: its answer was 429. */
  note(client: string, isBeyond: boolean): void {
    this.tally.add(client, isBeyond);
  }

  async review(): Promise<void> {
    const tallied = this.tally.take();
    this.log(tallied);
    const { beyond, clients } = tallied;
    this.minutesBeyond = beyond > 0 ? this.minutesBeyond + 1 : 0;
    const open = (await this.alerts.openAbout(SUBJECT)).find(({ kind }) => kind === KIND);
    if (beyond > 0 && (open || this.minutesBeyond >= LASTING)) {
      const named = clients.slice(0, MOST_NAMED).map(({ client }) => client);
      const params = { count: beyond, clients: named.join(', '), at: new Date().toISOString() };
      await this.alerts.raise(KIND, SUBJECT, { code: 'alerts.auth_failures.detail', params });
    } else if (open && Date.now() - newestOf(open) > QUIET_MS) {
      await this.alerts.closeSeen(open);
    }
  }

  private log({ count, beyond, clients }: TalliedFailures): void {
    if (count === 0) return;
    this.logs.write({
      service: 'api',
      action: 'auth.failures',
      status: 'error',
      duration: INTERVAL_MS,
      request: { clients },
      response: { count, beyond },
    });
  }
}

/** When the newest failures of an alert were, in milliseconds. */
function newestOf({ openedAt, params }: Alert): number {
  return typeof params?.at === 'string' ? Date.parse(params.at) : openedAt.getTime();
}
