import { type FalabellaFeedLimit } from '../settings.js';
import { type DuePush, type PastPush, type PushPlan } from '../../contract.js';
import { MAX_STOCK_ITEMS } from '../stock-request.js';

/** Documented: about 770 a day, which is the burst and one per interval for 24 hours. */
const INTERVALS_PER_DAY = 720;
/** Calls do not arrive as far apart as they were sent: that much is added to the interval, in parts of it and in milliseconds at most. */
const MARGIN = { part: 0.05, mostMs: 5_000 };

/** What is left of an account's limit on calls that make feeds. */
export interface FeedBudget {
  /** How many may be made now, whatever the interval. */
  readonly burst: number;
  /** When the next one may be made within the interval. */
  readonly nextAt: Date;
}

/**
 * What is left, by the pushes made before. The limit is one per seller, so others may have used it up: a refusal counts as the burst being
 * spent. How the burst comes back is not documented. `daily` counts every call of the last 24 hours against it, which holds for any day that
 * Falabella may mean; `steadily` gives one back per interval.
 */
export function feedBudget(history: readonly PastPush[], now: Date, limit: FalabellaFeedLimit): FeedBudget {
  const dayMs = INTERVALS_PER_DAY * limit.intervalMs;
  const since = now.getTime() - dayMs;
  const past = history
    .map(({ at, refused = false }) => ({ at: at.getTime(), refused }))
    .filter((push) => push.at > since);
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
 * Which SKUs go into the next call, if one may be made. Those that fall to nothing, or to so few that the next sale could be one too many,
 * take a call of the burst at once; everything else waits for the interval and travels along where there is room, what was sold before what
 * changed otherwise. Pure.
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
 * 0: it falls to nothing. 1: it falls to a few. 2: it falls because it was sold. 3: everything else. What is not known to be told may be
 * shown too high, and counts as falling.
 */
function urgency({ quantity, told, sold = false }: DuePush, urgentAt: number): number {
  const falls = told === null || quantity < told;
  if (falls && quantity <= urgentAt) return quantity === 0 ? 0 : 1;
  return falls && sold ? SOLD : ORDINARY;
}

/** The most urgent first, of those the fewest left first, and the longest waiting before the others. */
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

/** As many as fit into one call; a SKU takes an entry per place. */
function firstBatch(ordered: readonly DuePush[]): readonly DuePush[] {
  let entries = 0;
  const end = ordered.findIndex(({ places = 1 }) => (entries += Math.max(1, places)) > MAX_STOCK_ITEMS);
  return end < 0 ? ordered : ordered.slice(0, Math.max(1, end));
}
