import { type OutboundAnswer } from '../../common/http/outbound.service.js';
import { type Bucket, type BucketReport } from '../../common/limits/room.js';
import { type TiendanubeSettings } from './settings.js';
import { wholeOf } from './json.js';

/**
 * The limit of most plans. Larger plans report theirs in every answer, and empty in the same time (40 at
 * 2/s, 400 at 20/s).
 */
const SIZE = 40;
const EMPTIES_IN_MS = 20_000;
/** Bounds of a reported wait, in milliseconds. */
const WAIT = { least: 500, most: 60_000, ofSizeMost: 5_000 };

/** The bucket of calls of one store and one app, shared by all processes. */
export function bucketOf({ apiUrl, storeId, clientId }: TiendanubeSettings): Bucket {
  const host = URL.canParse(apiUrl) ? new URL(apiUrl).host : apiUrl;
  return { key: `tiendanube:${host}:${clientId ?? 'app'}:${storeId}`, size: SIZE, emptiesInMs: EMPTIES_IN_MS };
}

/** The bucket's state in the headers of an answer. A 429 without them comes from a full bucket. */
export function reportOf({ status, headers }: Pick<OutboundAnswer, 'status' | 'headers'>): BucketReport {
  const size = wholeOf(headers['x-rate-limit-limit']);
  const remaining = wholeOf(headers['x-rate-limit-remaining']);
  return { size: size !== null && size > 0 ? size : null, remaining: remaining ?? (status === 429 ? 0 : null) };
}

/**
 * How long to wait after a 429, in milliseconds. `x-rate-limit-reset` states when the bucket of calls is
 * empty. The limit on sizes is not documented, so a smaller call is tried soon.
 */
export function resetMsOf({ headers }: Pick<OutboundAnswer, 'headers'>, ofSize: boolean): number {
  const reset = wholeOf(headers['x-rate-limit-reset']) ?? WAIT.least;
  // One call fits long before the bucket is empty.
  const asked = ofSize ? reset : reset / 4;
  return Math.min(Math.max(asked, WAIT.least), ofSize ? WAIT.ofSizeMost : WAIT.most);
}
