import { currentContext } from '../common/context.js';
import { timeOrderedId } from '../common/ids.js';
import { type LogEntry } from '../common/log-sink.js';
import { expiryOf } from '../config/retention.js';
import { redact } from './redact.js';
import { kindOf } from './schemas/log-kind.schema.js';
import { LOG_SCHEMA_VERSION, type Log } from './schemas/log.schema.js';

/** The most ids of each kind; the rest is left out. */
const MAX_IDS = 200;
const MAX_ID_CHARACTERS = 200;
const MAX_STEPS = 50;
/** The approximate size of a document without bodies. */
const FRAME_BYTES = 400;

/** A document ready to be stored, and its approximate size. */
export interface ReadyLog {
  readonly document: Log;
  readonly bytes: number;
}

/** Makes the document of an entry: bounded, redacted, with the ids of the current context where the entry has none. */
export function toLogDocument(entry: LogEntry, now = Date.now()): ReadyLog {
  const context = currentContext();
  const timestamp = entry.timestamp ?? new Date(now - entry.duration);
  const request = entry.request && redact(entry.request);
  const response = entry.response && redact(entry.response);
  const document: Log = {
    _id: timeOrderedId(now),
    service: entry.service,
    action: entry.action,
    status: entry.status,
    kind: '',
    duration: entry.duration,
    timestamp,
    expireAt: expiryOf('LOG_TTL_DAYS', new Date(now)),
    schemaVersion: LOG_SCHEMA_VERSION,
  };
  if (request) document.request = request.body;
  if (response) document.response = response.body;
  if (entry.steps?.length)
    document.steps = entry.steps.slice(0, MAX_STEPS).map(({ step, duration }) => ({ step, duration }));

  const orderIds = ids(entry.orderIds ?? context.orderIds);
  const productSkus = ids(entry.productSkus ?? context.productSkus);
  const correlationIds = ids(entry.correlationIds ?? context.correlationIds);
  if (orderIds.length) document.orderIds = orderIds;
  if (productSkus.length) document.productSkus = productSkus;
  if (correlationIds.length) document.correlationIds = correlationIds;

  const connection = entry.connection ?? context.connection;
  const actor = entry.actor ?? context.actor;
  if (connection) document.connection = connection;
  if (actor) document.actor = actor;
  document.kind = kindOf(document);

  const idBytes = 40 * (orderIds.length + productSkus.length + correlationIds.length);
  return { document, bytes: FRAME_BYTES + idBytes + (request?.bytes ?? 0) + (response?.bytes ?? 0) };
}

function ids(given: readonly string[]): string[] {
  if (given.length === 0) return [];
  const distinct = [
    ...new Set(given.map((id) => (id.length > MAX_ID_CHARACTERS ? id.slice(0, MAX_ID_CHARACTERS) : id))),
  ];
  return distinct.length > MAX_IDS ? distinct.slice(0, MAX_IDS) : distinct;
}
