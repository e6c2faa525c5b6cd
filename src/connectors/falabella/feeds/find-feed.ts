import { type StockPush } from '../../contract.js';
import { type Feed, type FeedInput } from '../interfaces/falabella.interface.js';
import { entriesOf } from '../stock-request.js';
import { parseTimestamp } from '../timestamp.js';

/** A feed is created within this time around the sending of its call, with clock differences and time-outs included. */
const AROUND = { beforeMs: 60_000, afterMs: 5 * 60_000 };
/** Feeds state their time without a zone: whole hours from UTC, within these. */
const ZONES = { fromHours: -12, toHours: 14 };
const HOUR_MS = 3_600_000;

/**
 * The feeds that a push may have created: about stock, with no more entries than the push, created at
 * about that time in any zone, and not of another push.
 */
export function candidatesFor(
  items: readonly StockPush[],
  sentAt: Date,
  otherFeeds: ReadonlySet<string>,
  feeds: readonly Feed[],
): readonly Feed[] {
  const entries = items.reduce((sum, item) => sum + entriesOf(item), 0);
  return feeds.filter(
    (feed) =>
      /stock/i.test(feed.action) &&
      !otherFeeds.has(feed.feedId) &&
      (feed.total === null || feed.total <= entries) &&
      isAround(feed.createdAt, sentAt),
  );
}

function isAround(written: string, sentAt: Date): boolean {
  const wallClock = parseTimestamp(written);
  if (wallClock === null) return true;
  for (let zone = ZONES.fromHours; zone <= ZONES.toHours; zone += 1) {
    const late = wallClock - zone * HOUR_MS - sentAt.getTime();
    if (late >= -AROUND.beforeMs && late <= AROUND.afterMs) return true;
  }
  return false;
}

/**
 * The SKUs of a push that are missing in a feed, if every entry of the feed matches the push; null for
 * another push. A feed may lack the SKUs that Falabella refused.
 */
export function missingFrom(input: FeedInput, items: readonly StockPush[]): readonly string[] | null {
  const sent = new Map(
    items.flatMap((item) => linesOf(item).map((line) => [keyOf(line.sku, line.location), line.quantity])),
  );
  const isOurs = input.stock.every(({ sku, quantity, location }) => sent.get(keyOf(sku, location)) === quantity);
  if (!isOurs) return null;
  const there = new Set(input.stock.map(({ sku }) => sku));
  return items.map(({ sku }) => sku).filter((sku) => !there.has(sku));
}

function linesOf({
  sku,
  quantity,
  parts,
}: StockPush): readonly { readonly sku: string; readonly quantity: number; readonly location: string }[] {
  if (!parts || parts.length === 0) return [{ sku, quantity, location: '' }];
  return parts.map((part) => ({ sku, quantity: part.quantity, location: part.location }));
}

function keyOf(sku: string, location: string): string {
  return `${sku}\n${location}`;
}
