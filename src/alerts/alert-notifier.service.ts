import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { errorText } from '../common/error-text.js';
import { OutboundService, type OutboundAnswer } from '../common/http/outbound.service.js';
import { timeOrderedId } from '../common/ids.js';
import { leaseTimes } from '../common/lease-times.js';
import { AppConfig } from '../config/app-config.js';
import { type Marks } from '../common/mongo/mark.js';
import { SweptMarks } from '../common/mongo/mark-sources.js';
import { PeriodicTask } from '../common/periodic-task.js';
import { Words } from '../words/words.js';
import { noticesOf, toNotify, type Notice } from './alert-notice.js';
import { type Alert } from './alert.schema.js';
import { AlertsRepository } from './alerts.repository.js';
import { noticeActionOf, type NoticeAction } from './notice-action.js';

const TIMEOUT_MS = 5_000;

/**
 * Posts opened alerts to the alert webhook. The mark on each alert stays open until the webhook has
 * accepted the notice, so that nothing is lost. After a crash between the webhook's answer and the mark,
 * the notice is sent once more.
 */
@Injectable()
export class AlertNotifier implements BeforeApplicationShutdown {
  private readonly waiting = new Set<string>();
  private readonly task = new PeriodicTask(() => this.notifyWaiting(), {
    logger: new Logger('AlertNotifier'),
    failure: 'alerts are left to the sweeper',
  });

  constructor(
    private readonly config: AppConfig,
    private readonly repository: AlertsRepository,
    private readonly outbound: OutboundService,
    private readonly words: Words,
  ) {
    this.task.start();
  }

  /** This process sends the notices itself, without a job, because an unreachable Redis is an alert, too. */
  @SweptMarks((notifier: AlertNotifier) => ({ wake: (ids) => notifier.notify(ids), about: {} }))
  get marks(): Marks<Alert> {
    return this.repository.notify;
  }

  /** Posts these soon. Never waits for the webhook, and never throws. */
  notify(ids: readonly string[]): void {
    for (const id of ids) this.waiting.add(id);
    this.task.soon(0);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  private async notifyWaiting(): Promise<void> {
    const ids = [...this.waiting];
    this.waiting.clear();
    const owner = `notice_${timeOrderedId()}`;
    const claimed = await this.repository.claim(ids, owner, new Date(Date.now() + leaseTimes.callTimeoutMs()));
    try {
      const { ALERT_WEBHOOK_URL: url, ALERT_WEBHOOK_CLOSINGS: closings } = this.config.values;
      const due = url === '' ? [] : claimed.filter((alert) => toNotify(alert, closings === 'yes'));
      const going = new Set(due);
      await this.settle(claimed.filter((alert) => !going.has(alert)));
      await this.send(url, owner, noticesOf(due, this.words));
    } finally {
      await this.repository.leases.release(owner);
    }
  }

  /** A notice that the webhook refuses is retried later, and so are all notices after it. */
  private async send(url: string, owner: string, notices: readonly Notice[]): Promise<void> {
    let trouble: NoticeAction | null = null;
    for (const notice of notices) {
      const refusal: NoticeAction | null = trouble ?? (await this.post(url, notice));
      if (!refusal) {
        await Promise.all(notice.alerts.map((alert) => this.noteTold(owner, alert)));
        continue;
      }
      if (refusal.do === 'later') trouble = refusal;
      await this.postpone(notice.alerts, refusal);
    }
  }

  /** Null: it was accepted. */
  private async post(url: string, { body, alerts }: Notice): Promise<NoticeAction | null> {
    try {
      const answer = await this.outbound.send(
        {
          service: 'orchestrator',
          action: 'alert.notify',
          connection: 'alert-webhook',
          method: 'POST',
          url,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
          timeoutMs: TIMEOUT_MS,
          request: { alerts: alerts.length, kinds: [...new Set(alerts.map((alert) => alert.kind))] },
        },
        ({ status }: OutboundAnswer) => ({ ok: status >= 200 && status < 300 }),
      );
      return noticeActionOf(answer);
    } catch (error) {
      return { do: 'later', reason: errorText(error, 'no answer') };
    }
  }

  private async noteTold(owner: string, alert: Alert): Promise<void> {
    await this.repository.noteTold(owner, alert._id, { opening: alert.opening, closed: alert.closedAt !== undefined });
    await this.settle([alert]);
  }

  private settle(alerts: readonly Alert[]): Promise<void> {
    return this.repository.notify.settleAll(
      alerts.map(({ _id, notify }) => ({ id: _id, noted: notify?.requested ?? 0 })),
    );
  }

  private async postpone(alerts: readonly Alert[], remedy: NoticeAction): Promise<void> {
    await Promise.all(
      alerts.map(({ _id, notify }) =>
        this.repository.notify.postpone(
          _id,
          notify?.requested ?? 0,
          dueAgain(notify?.since ?? new Date(), remedy),
          remedy.reason,
          remedy.do === 'blame',
        ),
      ),
    );
  }
}

const SHORTEST_MS = 5_000;
const LONGEST_MS = 10 * 60_000;

/** Retries after as long as it has waited already, within bounds, so that the pauses double. */
function dueAgain(since: Date, remedy: NoticeAction): Date {
  const now = Date.now();
  const pause = Math.min(Math.max(now - since.getTime(), SHORTEST_MS), LONGEST_MS);
  return new Date(now + Math.max(pause, remedy.do === 'later' ? (remedy.afterMs ?? 0) : 0));
}
