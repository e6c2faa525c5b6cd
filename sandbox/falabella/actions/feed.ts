import { type Action, type ActionContext, answer, page, required } from '../context.js';
import { bodyTime } from '../dates.js';
import { documentOf, type Tree } from '../envelope.js';
import { sellerError } from '../errors.js';
import { failedRecords } from '../feeds.js';
import { type Feed } from '../state.js';

const statuses = ['Queued', 'Processing', 'Finished', 'Canceled', 'Error'];
const thirtyDaysMs = 30 * 86_400_000;

function summary(feed: Feed, context: ActionContext): { [name: string]: Tree } {
  return {
    Feed: feed.id,
    Status: feed.status,
    Action: feed.action,
    CreationDate: bodyTime(feed.createdAt, context.settings.utcOffsetMinutes),
    UpdatedDate: bodyTime(feed.updatedAt, context.settings.utcOffsetMinutes),
    Source: 'api',
    TotalRecords: feed.records.length,
    ProcessedRecords: feed.processed,
    FailedRecords: failedRecords(feed).length,
  };
}

const feedStatus: Action = (context) => {
  const id = required(context, 'FeedID');
  const feed = context.state.feeds.find((one) => one.id === id);
  if (!feed) throw sellerError(12);
  const errors = failedRecords(feed).map((record) => ({
    Code: record.error?.code ?? 0,
    Message: record.error?.message ?? '',
    SellerSku: record.sku,
  }));
  return answer(context, 'FeedDetail', {
    FeedDetail: { ...summary(feed, context), FeedErrors: { Error: errors }, FeedWarnings: '' },
  });
};

function recent(context: ActionContext): Feed[] {
  const since = Date.now() - thirtyDaysMs;
  return context.state.feeds.filter((feed) => feed.createdAt >= since).reverse();
}

/** In lists, the failed records are a table in base64. */
function inList(feed: Feed, context: ActionContext): Tree {
  const failed = failedRecords(feed);
  const rows = failed.map((record) => `"${record.sku.replaceAll('"', '""')}","${record.error?.message ?? ''}"`);
  const table =
    failed.length === 0 ? '' : Buffer.from(['"SellerSku","Error"', ...rows].join('\n'), 'utf8').toString('base64');
  return { ...summary(feed, context), FailureReports: table === '' ? '' : { MimeType: 'text/csv', File: table } };
}

const feedList: Action = (context) =>
  answer(context, 'Feed', { Feed: recent(context).map((feed) => inList(feed, context)) });

const feedOffsetList: Action = (context) => {
  const { limit, offset } = page(context, 100, 1000, 'PageSize');
  const status = context.parameters.get('Status');
  if (status && !statuses.includes(status)) throw sellerError(13);
  const feeds = recent(context).filter((feed) => !status || feed.status === status);
  return answer(context, 'Feed', { Feed: feeds.slice(offset, offset + limit).map((feed) => inList(feed, context)) });
};

const feedCount: Action = (context) => {
  const feeds = recent(context);
  const counts = Object.fromEntries(
    statuses.map((status) => [status, feeds.filter((feed) => feed.status === status).length]),
  );
  return answer(context, 'FeedCount', { FeedCount: { Total: feeds.length, ...counts } });
};

const feedCancel: Action = (context) => {
  const id = required(context, 'FeedID');
  const feed = context.state.feeds.find((one) => one.id === id);
  if (!feed) throw sellerError(12);
  if (feed.status !== 'Queued') throw sellerError(13);
  Object.assign(feed, { status: 'Canceled', updatedAt: Date.now() });
  return answer(context, '', { Feed: feed.id });
};

/** The documents of feeds, in base64 with line breaks. */
const getFeedRawInput: Action = (context) => {
  if (!context.settings.feedRawInput) throw sellerError(8);
  const ids = required(context, 'FeedIdList')
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map((id) => id.trim().replace(/^"(.*)"$/, '$1'));
  const feeds = context.state.feeds.filter((feed) => ids.includes(feed.id));
  if (feeds.length === 0) throw sellerError(12);
  return answer(context, 'FeedRawInput', { FeedRawInput: feeds.map((feed) => rawInput(feed)) });
};

function rawInput(feed: Feed): Tree {
  const records = feed.records.map(({ sku, quantity, named }) => ({
    SellerSku: sku,
    Quantity: quantity,
    ...(named && { [named.element]: named.id }),
  }));
  const request: Tree = feed.action === 'ProductUpdate' ? { Product: records } : { Warehouse: { Stock: records } };
  const file = Buffer.from(documentOf({ Request: request }), 'utf8').toString('base64');
  return { Feed: feed.id, RawInputFile: { MimeType: 'text/xml', File: file.replace(/.{76}/g, '$&\n') } };
}

export const feedActions: Record<string, Action> = {
  GetFeedRawInput: getFeedRawInput,
  FeedStatus: feedStatus,
  FeedList: feedList,
  FeedOffsetList: feedOffsetList,
  FeedCount: feedCount,
  FeedCancel: feedCancel,
};
