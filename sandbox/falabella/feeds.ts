import { type FalabellaSettings } from '../settings.js';
import {
  facilities,
  type FalabellaState,
  type Feed,
  type FeedRecord,
  fulfilmentFacility,
  mainFacility,
  newId,
  type WarehouseName,
} from './state.js';

/** One line of an UpdateStock or ProductUpdate, as it was sent. */
export interface StockLine {
  sku: string;
  quantity: string;
  /** Null: the main warehouse. */
  warehouse: WarehouseName | null;
}

/** Puts a feed in the queue. Its start and end are fixed here, so that a restart continues at the same point. */
export function createFeed(
  state: FalabellaState,
  settings: FalabellaSettings,
  action: Feed['action'],
  lines: StockLine[],
): Feed {
  const now = Date.now();
  const slow = settings.feedReorder && state.feeds.length % 2 === 0 ? 3 : 1;
  const duration = (settings.feedDurationMs + settings.feedDelayMs) * slow;
  const feed: Feed = {
    id: newId(),
    action,
    status: 'Queued',
    createdAt: now,
    updatedAt: now,
    startAt: now + duration / 3,
    finishAt: now + duration,
    records: lines.map((line) => toRecord(line)),
    processed: 0,
  };
  state.feeds.push(feed);
  return feed;
}

function toRecord(line: StockLine): FeedRecord {
  const record = { sku: line.sku, quantity: Number(line.quantity), error: quantityError(line) };
  if (line.warehouse === null) return { ...record, facility: null };
  const { element, id: given } = line.warehouse;
  const facility =
    facilities.find(({ id, sellerId }) => given === (element === 'GSCFacilityId' ? id : sellerId))?.id ?? given;
  return { ...record, facility, named: line.warehouse };
}

function quantityError(line: StockLine): FeedRecord['error'] {
  return /^\d{1,9}$/.test(line.quantity)
    ? null
    : { code: 5, message: `Quantity "${line.quantity}" is not a whole number of at least 0` };
}

/** Advances feeds to the current time. Returns those that ended now and whether anything changed. */
export function advanceFeeds(
  state: FalabellaState,
  settings: FalabellaSettings,
  now: number,
): { ended: Feed[]; changed: boolean } {
  const ended: Feed[] = [];
  let changed = false;
  const due = state.feeds
    .filter((feed) => feed.status === 'Queued' || feed.status === 'Processing')
    .sort((a, b) => a.finishAt - b.finishAt);
  for (const feed of due) {
    if (now >= feed.finishAt) {
      finish(state, settings, feed);
      ended.push(feed);
      changed = true;
    } else if (feed.status === 'Queued' && now >= feed.startAt) {
      feed.status = 'Processing';
      feed.updatedAt = now;
      changed = true;
    }
  }
  return { ended, changed };
}

/** When the next feed changes; null when none does. */
export function nextFeedAt(state: FalabellaState): number | null {
  const times = state.feeds.flatMap((feed) =>
    feed.status === 'Queued' ? [feed.startAt] : feed.status === 'Processing' ? [feed.finishAt] : [],
  );
  return times.length > 0 ? Math.min(...times) : null;
}

function finish(state: FalabellaState, settings: FalabellaSettings, feed: Feed): void {
  feed.status = settings.feedOutcome;
  feed.updatedAt = Date.now();
  if (feed.status !== 'Finished') return;
  for (const record of feed.records) apply(state, settings, record);
  feed.processed = feed.records.length;
}

function apply(state: FalabellaState, settings: FalabellaSettings, record: FeedRecord): void {
  const product = state.products[record.sku];
  if (record.error) return;
  if (!product) record.error = { code: 1001, message: `Seller SKU '${record.sku}' not found` };
  else if (record.facility === fulfilmentFacility.id)
    record.error = {
      code: 9,
      message: `Warehouse ${record.facility} is fulfilled by Falabella: its stock cannot be updated`,
    };
  else if (settings.failSkus.includes(record.sku))
    record.error = { code: 1000, message: `Seller SKU '${record.sku}' could not be updated` };
  else {
    const facility = record.facility ?? mainFacility.id;
    const known = settings.warehouses === 'multi' || facility === mainFacility.id;
    const stock = known ? product.warehouses[facility] : undefined;
    if (stock) stock.quantity = record.quantity;
    else record.error = { code: 5, message: `Unknown warehouse ${facility}` };
  }
}

export const failedRecords = (feed: Feed): FeedRecord[] =>
  feed.status === 'Finished' ? feed.records.filter((record) => record.error !== null) : [];
