import { type mongo } from 'mongoose';
import { openMark, requestAgain } from '../common/mongo/mark.js';
import { expiryOf } from '../config/retention.js';
import { type AlertDetail } from './alert-details.js';
import { type AlertKind } from './alert-kinds.js';
import { ALERTS_SCHEMA_VERSION, type Alert } from './alert.schema.js';

/** Whether a subject needs a person, as of a version of it. An older version than the known one changes nothing. */
export interface AlertReport {
  readonly kind: AlertKind;
  readonly subject: string;
  readonly open: boolean;
  readonly detail: AlertDetail;
  readonly version: number;
  readonly at: Date;
}

type Opening = Pick<AlertReport, 'kind' | 'subject' | 'detail' | 'at'> & { readonly version?: number };
type Write = mongo.AnyBulkWriteOperation<Alert>;

export function alertId(kind: AlertKind, subject: string): string {
  return `${kind}/${subject}`;
}

/** The update that opens an alert. `tell`: the alert webhook must receive the opening. */
export function openingOf(report: Opening, tell: boolean): mongo.UpdateFilter<Alert> {
  const { $inc, $min } = requestAgain('notify');
  return {
    $set: { ...fieldsOf(report), times: 1 },
    $inc: { opening: 1, ...(tell ? $inc : {}) },
    ...(tell ? { $min, $max: { 'notify.processed': 0 } } : {}),
    $unset: { closedAt: '', expireAt: '' },
  } as unknown as mongo.UpdateFilter<Alert>;
}

/** The update that closes an alert. */
export function closingAt(at: Date, tell: boolean, version?: number): mongo.UpdateFilter<Alert> {
  return {
    ...(tell ? requestAgain('notify') : {}),
    $set: { ...endOf(at), ...(version === undefined ? {} : { version }) },
  };
}

/**
 * Opens, unless a newer version is known. The document is created first, so that concurrent writers see
 * each other's version; then at most one of the writes applies.
 */
export function openWrites(report: AlertReport, tell: boolean): Write[] {
  const { detail, version } = report;
  const said = fieldsOfDetail(detail);
  const older = olderThan(report);
  const fresh = { ...fieldsOf(report), times: 1, opening: 1, ...(tell ? { notify: openMark() } : {}) };
  return [
    insertIfMissing(report, fresh),
    write({ ...older, closedAt: { $exists: false } }, { $set: { ...said, version }, $inc: { times: 1 } }),
    write({ ...older, closedAt: { $exists: true } }, openingOf(report, tell)),
  ];
}

/**
 * Closes, unless a newer version is known. The version is stored even if nothing was open, so that a late
 * opening of an older version has no effect.
 */
export function closeWrites(report: AlertReport, tell: boolean): Write[] {
  const { at, version } = report;
  const older = olderThan(report);
  const open = { ...older, closedAt: { $exists: false } };
  return [
    insertIfMissing(report, { ...fieldsOf(report), ...endOf(at), times: 0, opening: 0 }),
    ...(tell ? [write({ ...open, notify: { $exists: true } }, closingAt(at, true, version))] : []),
    write(open, closingAt(at, false, version)),
    write(older, { $set: { version } }),
  ];
}

function fieldsOf({ kind, subject, detail, at, version }: Opening) {
  return {
    kind,
    subject,
    ...fieldsOfDetail(detail),
    openedAt: at,
    schemaVersion: ALERTS_SCHEMA_VERSION,
    ...(version === undefined ? {} : { version }),
  };
}

/** The stored form of a detail. */
export function fieldsOfDetail({ code, params = {} }: AlertDetail): Required<Pick<Alert, 'code' | 'params'>> {
  return { code, params };
}

function endOf(at: Date): { closedAt: Date; expireAt: Date } {
  return { closedAt: at, expireAt: expiryOf('ALERT_TTL_DAYS', at) };
}

function olderThan({ kind, subject, version }: AlertReport) {
  return { _id: alertId(kind, subject), version: { $lt: version } };
}

function write(filter: object, update: object): Write {
  return { updateOne: { filter: filter, update: update } };
}

function insertIfMissing({ kind, subject }: AlertReport, document: object): Write {
  return {
    updateOne: {
      filter: { _id: alertId(kind, subject) },
      update: { $setOnInsert: document },
      upsert: true,
    },
  };
}
