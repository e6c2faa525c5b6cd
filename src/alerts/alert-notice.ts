import { groupBy } from '../common/collections.js';
import { DEFAULT_LANGUAGE } from '../words/language.js';
import { type Words } from '../words/words.js';
import { detailOf } from './alert-texts.js';
import { type Alert, type NotifiedAlert } from './alert.schema.js';

/** More alerts than this at once share one notice. */
export const MOST_SINGLE = 20;
const MOST_NAMED = 5;
const MOST_LISTED = 100;
const MOST_CHARACTERS = 300;
const MAIL_ADDRESS = /[^\s@]{1,80}@[^\s@]{1,255}/g;

/** The fields of one alert in a notice, for programs. Alerts contain goods, numbers and states, never customer data. */
export interface NoticeFields {
  readonly kind: string;
  readonly subject: string;
  readonly detail: string;
  readonly code: string | null;
  readonly state: 'open' | 'closed';
  readonly openedAt: string;
  readonly closedAt: string | null;
}

/** One message to the alert webhook. `text` is the part that Slack and similar services show. */
export interface Notice {
  readonly body: { readonly text: string } & Readonly<Record<string, unknown>>;
  readonly alerts: readonly Alert[];
}

/** The webhook's knowledge of an alert after the next notice; null: it knows everything. */
export function toNotify(alert: Alert, closings: boolean): NotifiedAlert | null {
  const { opening, told } = alert;
  const closed = alert.closedAt !== undefined;
  if (opening > (told?.opening ?? 0)) return { opening, closed };
  return closings && closed && told && !told.closed ? { opening, closed } : null;
}

/** The messages about these alerts: one each, or one for all when they are many. */
export function noticesOf(alerts: readonly Alert[], words: Words): Notice[] {
  if (alerts.length > MOST_SINGLE) return [summaryOf(alerts, words)];
  return alerts.map((alert) => {
    const fields = fieldsOf(alert, words);
    return { body: { text: lineOf(alert, detailOf(alert, words, DEFAULT_LANGUAGE)), ...fields }, alerts: [alert] };
  });
}

function summaryOf(alerts: readonly Alert[], words: Words): Notice {
  const byKind = [...groupBy(alerts, (alert) => alert.kind)]
    .map(([kind, ofKind]) => `${ofKind.length} ${kind}`)
    .join(', ');
  const first = alerts.slice(0, MOST_NAMED).map((alert) => safe(`${alert.kind} ${alert.subject}`));
  const text = `${alerts.length} alerts: ${byKind}. The first: ${first.join(', ')}`;
  const listed = alerts.slice(0, MOST_LISTED).map((alert) => fieldsOf(alert, words));
  return { body: { text, count: alerts.length, alerts: listed }, alerts };
}

/** An alert may close before the notice of its opening is sent. */
function lineOf({ kind, subject, closedAt, told, opening }: Alert, detail: string): string {
  const about = `${kind} ${subject}`;
  if (closedAt === undefined) return safe(`${about}: ${detail}`);
  return told?.opening === opening ? safe(`closed: ${about}`) : safe(`${about}: ${detail} (closed again)`);
}

function fieldsOf(alert: Alert, words: Words): NoticeFields {
  const { kind, subject, code = null, openedAt, closedAt } = alert;
  return {
    kind,
    subject,
    detail: plain(detailOf(alert, words, DEFAULT_LANGUAGE)),
    code,
    state: closedAt ? 'closed' : 'open',
    openedAt: openedAt.toISOString(),
    closedAt: closedAt?.toISOString() ?? null,
  };
}

/** Shortens a text, which may quote another system, and removes anything like a mail address. */
function plain(text: string): string {
  const short = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
  return short.replace(MAIL_ADDRESS, '[left out]');
}

/**
 * Slack reads `<...>` as links and mentions; its guide on formatting text requires only these three
 * characters to be escaped.
 */
function safe(text: string): string {
  return plain(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
