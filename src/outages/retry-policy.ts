import { MAX_ATTEMPTS } from '../common/mongo/mark.js';

/**
 * What happens on a failure, and when it is retried. All delays of the failure policy are here; those of
 * work that waits for something else are in `config/retry-delays.ts`.
 *
 * - A 429 that silences the account (`wait`): the connection waits until the time that the platform names. Everything for that
 *   connection waits with it, or only its pushes where the platform says so. It does not count as an attempt.
 * - A 429 about one call (`retry` with `afterMs`, set by the connector's `classify.ts`): that work alone is tried again then. It does not
 *   count as an attempt.
 * - An outage (`retry`: time-outs, 5xx, no network): retried with `OUTAGE`, one backoff for the whole connection. It does not count as an attempt.
 * - A refused credential (`pause`): the connection is paused with an alert, its work is looked at again after `PAUSED_RETRY_MS`, and one call
 *   is let through every 5 minutes in case its owner mended it; none if it is `final`, before it has new credentials. It does not count as an
 *   attempt.
 * - An answer that blames the item (`giveUp`): the item alone is retried with `BLAMED_ITEM`. It counts as an attempt; after the last allowed
 *   one the item moves to the dead letters.
 */
export interface RetryPolicy {
  readonly initialIntervalMs: number;
  readonly maxIntervalMs: number;
  readonly backoffCoefficient: number;
}

/**
 * A connection whose platform does not answer, or answers with an error of its own. Outages are retried
 * without end.
 */
export const OUTAGE: RetryPolicy = { initialIntervalMs: 1_000, maxIntervalMs: 30_000, backoffCoefficient: 2 };

/** One item that the platform refuses. `maxAttempts` is `MAX_ATTEMPTS` of the marks. */
export const BLAMED_ITEM: RetryPolicy & { readonly maxAttempts: number } = {
  initialIntervalMs: 60_000,
  maxIntervalMs: 3_600_000,
  backoffCoefficient: 2,
  maxAttempts: MAX_ATTEMPTS,
};

/** Work of a paused connection is retried after this time. */
export const PAUSED_RETRY_MS = 60_000;
/** Failures within this time of the first one are one outage, and lengthen its wait once. */
export const SAME_OUTAGE_MS = 500;
/** No call to a platform lasts longer. A refusal that comes later than this after a renewal is about the renewed credentials. */
export const LONGEST_CALL_MS = 60_000;

/** The wait after this many earlier failures. Pure. */
export function intervalMs(
  { initialIntervalMs, maxIntervalMs, backoffCoefficient }: RetryPolicy,
  failures: number,
): number {
  return Math.min(initialIntervalMs * backoffCoefficient ** failures, maxIntervalMs);
}
