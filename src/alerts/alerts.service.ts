import { Injectable, Logger } from '@nestjs/common';
import { type TimePlace } from '../common/cursor.js';
import { type TimePage } from '../common/mongo/newest-first.js';
import { AppConfig } from '../config/app-config.js';
import { DEFAULT_LANGUAGE, type Language } from '../words/language.js';
import { Words } from '../words/words.js';
import { type AlertDetail } from './alert-details.js';
import { kindCodes, type AlertKind } from './alert-kinds.js';
import { detailOf, type AlertTexts } from './alert-texts.js';
import { type Alert } from './alert.schema.js';
import { alertId, type AlertReport } from './alert-writes.js';
import { AlertsRepository, type AlertFilter } from './alerts.repository.js';

/** Alerts for a person: opened where the problem is found, closed when its cause is gone. */
@Injectable()
export class AlertsService {
  private readonly logger = new Logger('Alerts');
  private readonly tell: { readonly opening: boolean; readonly closing: boolean };

  constructor(
    private readonly repository: AlertsRepository,
    private readonly words: Words,
    config: AppConfig,
  ) {
    const { ALERT_WEBHOOK_URL, ALERT_WEBHOOK_CLOSINGS } = config.values;
    this.tell = {
      opening: ALERT_WEBHOOK_URL !== '',
      closing: ALERT_WEBHOOK_URL !== '' && ALERT_WEBHOOK_CLOSINGS === 'yes',
    };
  }

  async raise<Kind extends AlertKind>(kind: Kind, subject: string, detail: AlertDetail<Kind>): Promise<void> {
    if (await this.repository.raise(kind, subject, detail, this.tell.opening)) this.log(kind, subject, detail);
  }

  /**
   * Opens and closes many in one write. Of several reports about one subject the highest version counts,
   * in any order.
   */
  async follow(reports: readonly AlertReport[]): Promise<void> {
    for (const { kind, subject, detail } of await this.repository.follow(reports, this.tell))
      this.log(kind, subject, detail);
  }

  close(kind: AlertKind, subject: string): Promise<void> {
    return this.closeAll(kind, [subject]);
  }

  closeAll(kind: AlertKind, subjects: readonly string[]): Promise<void> {
    return this.repository.closeAll(
      subjects.map((subject) => alertId(kind, subject)),
      this.tell.closing,
    );
  }

  /** Closes an alert whose cause is gone, unless it was raised again since it was read. */
  closeSeen({ _id, times, opening }: Alert): Promise<void> {
    return this.repository.closeAll([_id], this.tell.closing, { times, opening });
  }

  /** A person has dealt with it. Gives back the closed alert; null: there is none. */
  async closeByHand(id: string): Promise<Alert | null> {
    await this.repository.closeAll([id], this.tell.closing);
    return this.repository.find(id);
  }

  /** Whether an alert is open, or was opened since then and closed again. */
  async wasRaised(kind: AlertKind, subject: string, since: Date): Promise<boolean> {
    const alert = await this.repository.find(alertId(kind, subject));
    return alert !== null && (!alert.closedAt || alert.openedAt >= since);
  }

  /** The open alerts about a subject, of any kind. */
  openAbout(subject: string): Promise<Alert[]> {
    return this.repository.openAbout(subject);
  }

  page(filter: AlertFilter, after: TimePlace | undefined, limit: number): Promise<TimePage<Alert>> {
    return this.repository.page(filter, after, limit);
  }

  /** The texts of an alert in a language. */
  textsOf(alert: Pick<Alert, 'kind' | 'code' | 'params' | 'detail'>, language: Language): AlertTexts {
    const { title, why, action } = kindCodes(alert.kind);
    return {
      title: this.words.text({ code: title }, language),
      why: this.words.text({ code: why }, language),
      action: this.words.text({ code: action }, language),
      detail: detailOf(alert, this.words, language),
    };
  }

  private log(kind: AlertKind, subject: string, detail: AlertDetail): void {
    this.logger.warn(`${kind} ${subject}: ${this.words.text(detail, DEFAULT_LANGUAGE)}`);
  }
}
