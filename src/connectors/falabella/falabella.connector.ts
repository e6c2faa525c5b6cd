import { Injectable } from '@nestjs/common';
import { pageThatFits } from '../../common/http/page-that-fits.js';
import { type FalabellaSettings } from './settings.js';
import {
  type ChangedOrder,
  type ChannelConnector,
  type ChannelListing,
  type ChannelStock,
  type Connection,
  type ConnectionCheck,
  type DuePush,
  type FetchedOrder,
  type FoundPush,
  type WebhookIntent,
  type LostPush,
  type Page,
  type PastPush,
  type PushOutcome,
  type PushPlan,
  type PushReceipt,
  type PushesLeft,
  type FailureAction,
  type StockPush,
  type Verdict,
  type WebhookRequest,
} from '../contract.js';
import { AccountCheck } from './check/account-check.service.js';
import { classify } from './classify.js';
import { MANIFEST } from './manifest.js';
import { FalabellaApiError } from './errors.js';
import { decode, EVENT_TOPIC } from './falabella.codec.js';
import { FalabellaOrders } from './falabella-orders.service.js';
import { FalabellaStockReader } from './falabella-stock.service.js';
import { FalabellaService } from './falabella.service.js';
import { feedOutcome } from './feed-outcome.js';
import { feedBudget, planFeed } from './feeds/feed-budget.js';
import { FeedFinder } from './feeds/feed-finder.service.js';
import { sentSkusNamedIn } from './named-skus.js';
import { pushRef, readPushRef } from './push-ref.js';
import { isSendable } from './stock-request.js';
import { verifyToken, verifyWebhook } from './webhook-authenticity.js';

type Account = Connection<FalabellaSettings>;

/** Products with long descriptions may need smaller pages. */
const PAGE_SIZES = [100, 10, 1] as const;
const UNKNOWN_SKUS = 1001;
const UNKNOWN_FEED: ReadonlySet<number | null> = new Set([12, 4040]);
/** A push starts no further call after this time, so that it lasts at most this long plus one call's time-out. */
const PUSH_BUDGET_MS = 30_000;
const REFUSED_REASON = 'Falabella has no product with this SellerSku (E1001)';
const NO_FEED = 'refused';

/**
 * Falabella Seller Center as a sales channel: stock is pushed as feeds, which are followed until their
 * outcome is known.
 */
@Injectable()
export class FalabellaConnector implements ChannelConnector<FalabellaSettings> {
  readonly manifest = MANIFEST;

  constructor(
    private readonly api: FalabellaService,
    private readonly orders: FalabellaOrders,
    private readonly stock: FalabellaStockReader,
    private readonly finder: FeedFinder,
    private readonly accounts: AccountCheck,
  ) {}

  /** A token belongs to one account. */
  isFor(request: WebhookRequest, connection: Account): boolean {
    return request.topic === EVENT_TOPIC && verifyToken(request.token, connection.settings.webhookToken).authentic;
  }

  verify(request: WebhookRequest, connection: Account): Verdict {
    const { webhookSecret, webhookToken } = connection.settings;
    return request.topic === EVENT_TOPIC
      ? verifyToken(request.token, webhookToken)
      : verifyWebhook(request, webhookSecret);
  }

  decode(topic: string, rawBody: Buffer): WebhookIntent {
    return decode(topic, rawBody);
  }

  classify(error: unknown): FailureAction {
    return classify(error, new Date());
  }

  check(connection: Account): Promise<ConnectionCheck> {
    return this.accounts.run(connection);
  }

  /**
   * Sends absolute quantities. Falabella may refuse a whole call because of unknown SKUs (E1001); then the
   * others are sent without those, which are reported as rejected. A repeated push ends at the same
   * numbers.
   */
  async pushStock(items: readonly StockPush[], connection: Account): Promise<PushReceipt> {
    const startedAt = performance.now();
    const refused: string[] = [];
    let rest = items;
    while (rest.length > 0) {
      try {
        return { ref: pushRef(await this.api.updateStock(rest, connection), refused) };
      } catch (error) {
        const named = unknownSkus(error, rest);
        if (named.size === 0 || performance.now() - startedAt > PUSH_BUDGET_MS) throw error;
        refused.push(...named);
        rest = rest.filter((item) => !named.has(item.sku));
      }
    }
    return { ref: NO_FEED, outcome: { state: 'finished', rejected: rejectionsOf(refused) } };
  }

  /** A feed that Falabella no longer knows has failed: its outcome is unknown. */
  async pushOutcome(ref: string, connection: Account): Promise<PushOutcome> {
    const { feedId, refused } = readPushRef(ref);
    try {
      const outcome = feedOutcome(await this.api.feedStatus(feedId, connection));
      return outcome.state === 'finished'
        ? { ...outcome, rejected: [...rejectionsOf(refused), ...outcome.rejected] }
        : outcome;
    } catch (error) {
      if (!(error instanceof FalabellaApiError) || !UNKNOWN_FEED.has(error.code)) throw error;
      return { state: 'failed', reason: `Falabella does not know the feed ${feedId}` };
    }
  }

  planPush(due: readonly DuePush[], history: readonly PastPush[], now: Date, connection: Account): PushPlan {
    return planFeed(due, history, now, connection.settings.feeds);
  }

  pushesLeft(history: readonly PastPush[], now: Date, { settings }: Account): Promise<PushesLeft | null> {
    if (settings.feeds.intervalMs === 0) return Promise.resolve(null);
    const { burst, nextAt } = feedBudget(history, now, settings.feeds);
    return Promise.resolve({ left: burst, nextAt: burst > 0 || nextAt <= now ? null : nextAt });
  }

  findPush(items: readonly StockPush[], lost: LostPush, connection: Account): Promise<FoundPush> {
    return this.finder.find(items, lost, connection);
  }

  readStock(skus: readonly string[], connection: Account): Promise<readonly ChannelStock[]> {
    return this.stock.read(skus, connection);
  }

  fetchOrder(orderId: string, connection: Account): Promise<FetchedOrder | null> {
    return this.orders.fetch(orderId, connection);
  }

  changedOrders(since: Date, cursor: string | null, connection: Account): Promise<Page<ChangedOrder>> {
    return this.orders.changed(since, cursor, connection);
  }

  /** Ends at an empty page or at Falabella's total, never at a short page: Falabella may lower a limit silently. */
  async listListings(cursor: string | null, connection: Account): Promise<Page<ChannelListing>> {
    const offset = cursor === null ? 0 : Number(cursor);
    if (!Number.isSafeInteger(offset) || offset < 0) throw new Error('not a cursor of this list');
    const { products, received, total } = await pageThatFits(PAGE_SIZES, (limit) =>
      this.api.getProducts({ offset, limit }, connection),
    );
    const next = offset + received;
    const isLast = received === 0 || (total !== null && next >= total);
    const items = products
      .filter((product) => !product.fulfilledByFalabella && isSendable({ sku: product.sellerSku, quantity: 0 }))
      .map(({ sellerSku, shopSku, quantity }) => ({ sku: sellerSku, externalId: shopSku || sellerSku, quantity }));
    return { items, nextCursor: isLast ? null : String(next) };
  }
}

/** The SKUs because of which Falabella refused a push; none for another error. */
function unknownSkus(error: unknown, sent: readonly StockPush[]): ReadonlySet<string> {
  if (!(error instanceof FalabellaApiError) || error.code !== UNKNOWN_SKUS) return new Set();
  return new Set(
    sentSkusNamedIn(
      error.explanation,
      sent.map((item) => item.sku),
    ),
  );
}

function rejectionsOf(skus: readonly string[]): readonly { readonly sku: string; readonly reason: string }[] {
  return skus.map((sku) => ({ sku, reason: REFUSED_REASON }));
}
