import { whole, type ValuesOf } from './setting.js';

const DAY_MS = 24 * 3_600_000;
const MOST_DAYS = 3_650;

/**
 * How long each kind of document is kept. The database removes a document when its `expireAt` has come, so a change of a setting counts for
 * what is written from then on. Orders, movements, stock entries and listings are kept for ever.
 */
export const RETENTION = {
  LOG_TTL_DAYS: whole('Days that logs are kept', 30, 1, MOST_DAYS),
  EVENT_TTL_DAYS: whole(
    'Days that webhook events are kept once they are handled; platforms repeat a webhook for up to 30 days. Others are kept until they are handled',
    60,
    31,
    MOST_DAYS,
  ),
  PUSH_TTL_DAYS: whole('Days that pushes are kept, and what channels were seen to show', 60, 1, MOST_DAYS),
  RUN_TTL_DAYS: whole('Days that the reports of comparisons and initial loads are kept', 60, 1, MOST_DAYS),
  ALERT_TTL_DAYS: whole('Days that alerts are kept once they are closed', 90, 1, MOST_DAYS),
  COMMAND_TTL_DAYS: whole(
    'Days that commands are kept once they are answered: so long a repeated Idempotency-Key gets the same answer',
    30,
    1,
    MOST_DAYS,
  ),
  IMPORT_TTL_DAYS: whole('Days that imported files are kept', 30, 1, MOST_DAYS),
};

type Days = ValuesOf<typeof RETENTION>;

const days = Object.fromEntries(Object.entries(RETENTION).map(([name, { fallback }]) => [name, fallback])) as {
  -readonly [Name in keyof Days]: Days[Name];
};

/** Set once, before any work starts. */
export function setRetention(values: Days): void {
  for (const name of Object.keys(RETENTION) as (keyof Days)[]) days[name] = values[name];
}

/** When a document of this kind that begins to age at `from` is removed. */
export function expiryOf(kind: keyof Days, from = new Date()): Date {
  return new Date(from.getTime() + days[kind] * DAY_MS);
}
