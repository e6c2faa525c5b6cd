import { isAhead } from '../../../common/clock.js';
import { type FalabellaFeedLimit } from '../settings.js';
import { type DuePush, type PastPush, type PushPlan } from '../../contract.js';
import { MAX_STOCK_ITEMS } from '../stock-request.js';

/** Documented: about 770 a day, which is the burst and one per interval for 24 hours. */
const INTERVALS_PER_DAY = 720;
/**
 * Calls may arrive closer together than they were sent. This much is added to the interval, as a share of
 * it and at most in milliseconds.
 */
const MARGIN = { part: 0.05, mostMs: 5_000 };

/** The rest of an account's limit on calls that create feeds. */
export interface FeedBudget {
  /** How many are allowed now, without waiting for the interval. */
  readonly burst: number;
  /** When the next one is allowed by the interval. */
  readonly nextAt: Date;
}

/**
 * The rest of the limit after earlier pushes. The limit is one per seller, so other programs may have used
 * it up: a refusal counts as a used-up burst. How the burst renews is not documented. `daily` counts every
 * call of the last 24 hours, which holds for any day that Falabella may mean; `steadily` returns one call
 * per interval.
 */
export function feedBudget(history: readonly PastPush[], now: Date, limit: FalabellaFeedLimit): FeedBudget {
  const dayMs = INTERVALS_PER_DAY * limit.intervalMs;
  const since = now.getTime() - dayMs;
  const past = history
    .map(({ at, refused = false }) => ({ at: at.getTime(), refused }))
    // A push ahead of the clock was recorded by a clock that was wrong.
    .filter((push) => push.at > since && !isAhead(new Date(push.at), now));
  const made = past.filter((push) => !push.refused).map((push) => push.at);
  const refusals = past.filter((push) => push.refused).map((push) => push.at);
  const nextAt = Math.max(now.getTime(), ...[...made, ...refusals].map((at) => at + spacing(limit)));
  const spent = made.length >= limit.burst + INTERVALS_PER_DAY;
  const refusedLately = refusals.some((at) => at + spacing(limit) > now.getTime());
  const left = limit.renews === 'daily' ? leftOfDay(made, refusals, limit) : leftOfBucket(past, now, limit);
  return {
    burst: spent || refusedLately ? 0 : left,
    nextAt: new Date(spent ? Math.max(nextAt, Math.min(...made) + dayMs) : nextAt),
  };
}

function spacing({ intervalMs }: FalabellaFeedLimit): number {
  return intervalMs + Math.min(intervalMs * MARGIN.part, MARGIN.mostMs);
}

function leftOfDay(made: readonly number[], refusals: readonly number[], { burst }: FalabellaFeedLimit): number {
  return refusals.length > 0 ? 0 : Math.max(0, burst - made.length);
}

function leftOfBucket(
  past: readonly { readonly at: number; readonly refused: boolean }[],
  now: Date,
  { burst, intervalMs }: FalabellaFeedLimit,
): number {
  let left = burst;
  let at = 0;
  for (const push of [...past].sort((a, b) => a.at - b.at)) {
    left = push.refused ? 0 : Math.min(burst, left + (push.at - at) / intervalMs) - 1;
    at = push.at;
  }
  return Math.max(0, Math.floor(Math.min(burst, left + (now.getTime() - at) / intervalMs)));
}

/**
 * Selects the SKUs of the next call, if one is allowed. SKUs that fall to zero, or to so few that the next
 * sale could oversell, use a call of the burst at once. The others wait for the interval, or fill free
 * room: sales before other changes. Pure.
 */
export function planFeed(
  due: readonly DuePush[],
  history: readonly PastPush[],
  now: Date,
  limit: FalabellaFeedLimit,
): PushPlan {
  const ordered = inOrder(due, limit.urgentAt);
  const batch = firstBatch(ordered);
  const rest = ordered.slice(batch.length);
  if (limit.intervalMs === 0) return { skus: batch.map(({ sku }) => sku), again: rest.length > 0 ? now : null };

  const { burst, nextAt } = feedBudget(history, now, limit);
  const isUrgent = (push: DuePush | undefined) => push !== undefined && urgency(push, limit.urgentAt) < SOLD;
  const mayGo = batch.length > 0 && (nextAt <= now || (burst > 0 && isUrgent(batch[0])));
  if (!mayGo)
    return { skus: [], again: due.length > 0 ? nextAt : null, ...(due.length > 0 && burst === 0 && { closed: true }) };
  if (rest.length === 0) return { skus: batch.map(({ sku }) => sku), again: null };
  const atOnce = burst > 1 && isUrgent(rest[0]);
  return { skus: batch.map(({ sku }) => sku), again: atOnce ? now : new Date(now.getTime() + spacing(limit)) };
}

const SOLD = 2;
const ORDINARY = 3;

/**
 * 0: falls to zero. 1: falls to a few. 2: falls because of a sale. 3: all others. An unknown published
 * number may be too high, so it counts as falling.
 */
function urgency({ quantity, published, sold = false }: DuePush, urgentAt: number): number {
  const falls = published === null || quantity < published;
  if (falls && quantity <= urgentAt) return quantity === 0 ? 0 : 1;
  return falls && sold ? SOLD : ORDINARY;
}

/** The most urgent first, then the fewest left, then the longest waiting. */
function inOrder(due: readonly DuePush[], urgentAt: number): readonly DuePush[] {
  const ranked = due.map((push) => ({ push, rank: urgency(push, urgentAt) }));
  ranked.sort(
    (a, b) =>
      a.rank - b.rank ||
      (a.rank === 1 ? a.push.quantity - b.push.quantity : 0) ||
      a.push.since.getTime() - b.push.since.getTime() ||
      (a.push.sku < b.push.sku ? -1 : 1),
  );
  return ranked.map(({ push }) => push);
}

/** As many as fit into one call; a SKU takes an entry per location. */
function firstBatch(ordered: readonly DuePush[]): readonly DuePush[] {
  let entries = 0;
  const end = ordered.findIndex(({ places = 1 }) => (entries += Math.max(1, places)) > MAX_STOCK_ITEMS);
  return end < 0 ? ordered : ordered.slice(0, Math.max(1, end));
}
