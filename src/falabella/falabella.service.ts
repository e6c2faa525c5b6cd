import { Injectable } from '@nestjs/common';
import { OutboundService, type OutboundAnswer, type Reading } from '../common/http/outbound.service.js';
import { type FalabellaSettings } from '../config/account-settings.js';
import { type Connection, type StockPush } from '../connectors/contract.js';
import { feedIdOf, feedOf, feedsOf, productsOf, stockOf } from './answers.js';
import { openEnvelope, type Envelope } from './envelope.js';
import { FalabellaAnswerError, FalabellaApiError, FalabellaNotConfiguredError } from './errors.js';
import { FalabellaClientOptions } from './falabella.options.js';
import { type FalabellaStock, type Feed, type ProductPage } from './interfaces/falabella.interface.js';
import { falabellaTimestamp, signedQuery } from './signature.js';
import { stockRequest } from './stock-request.js';

type Account = Connection<FalabellaSettings>;
type Summary = Readonly<Record<string, unknown>>;

interface Call<Value> {
  readonly action: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** XML; with it the call is a POST. */
  readonly body?: string;
  /** What of the request may be logged. */
  readonly request?: Summary;
  readonly productSkus?: readonly string[];
  /** The value of an answer; null where it lacks what it must have. */
  readonly take: (envelope: Envelope) => Value | null;
  /** What of the answer may be logged. */
  readonly summarise: (value: Value) => Summary;
}

/** The most entries of a push that its log line shows. */
const LOGGED_ITEMS = 100;

/**
 * The Seller Center API. Every method sends one request, signed at that moment, and never repeats it by itself.
 * All throw FalabellaNotConfiguredError, FalabellaApiError (also for HTTP 200), FalabellaAnswerError or NoAnswerError.
 */
@Injectable()
export class FalabellaService {
  constructor(
    private readonly outbound: OutboundService,
    private readonly options: FalabellaClientOptions,
  ) {}

  /**
   * Sets the quantity of up to 500 SKUs in the seller's main warehouse. Gives the id of the feed that will do it.
   * @throws UnsendableStockError before anything is sent
   */
  async updateStock(items: readonly StockPush[], account: Account): Promise<string> {
    const shown = items.slice(0, LOGGED_ITEMS).map(({ sku, quantity }) => ({ sku, quantity }));
    return this.call(account, {
      action: 'UpdateStock',
      body: stockRequest(items),
      request: { items: items.length, stock: shown, ...(items.length > shown.length && { shown: shown.length }) },
      productSkus: items.map((item) => item.sku),
      take: feedIdOf,
      summarise: (feedId) => ({ feedId }),
    });
  }

  /** How far a feed has come, and which of its records were refused. */
  async feedStatus(feedId: string, account: Account): Promise<Feed> {
    return this.call(account, {
      action: 'FeedStatus',
      parameters: { FeedID: feedId },
      request: { feedId },
      take: feedOf,
      summarise: ({ state, total, failed }) => ({ feedStatus: state, total, failed }),
    });
  }

  /** The account's feeds, newest as Falabella orders them. */
  async feedList(account: Account): Promise<readonly Feed[]> {
    return this.call(account, { action: 'FeedList', take: feedsOf, summarise: (feeds) => ({ items: feeds.length }) });
  }

  /** One page of the catalogue. The limit is always sent: the documentation disagrees with itself about the default. */
  async getProducts(page: { readonly offset: number; readonly limit: number }, account: Account): Promise<ProductPage> {
    return this.call(account, {
      action: 'GetProducts',
      parameters: { Filter: 'all', Limit: String(page.limit), Offset: String(page.offset) },
      request: { ...page },
      take: productsOf,
      summarise: ({ received, total }) => ({ items: received, total }),
    });
  }

  /** One page of what Falabella holds available per SKU and warehouse; 1,000 SKUs at most. */
  async getStock(page: { readonly offset: number; readonly limit: number }, account: Account): Promise<readonly FalabellaStock[]> {
    return this.call(account, {
      action: 'GetStock',
      parameters: { Limit: String(page.limit), Offset: String(page.offset) },
      request: { ...page },
      take: stockOf,
      summarise: (stock) => ({ items: stock.length }),
    });
  }

  private async call<Value>(account: Account, call: Call<Value>): Promise<Value> {
    let outcome: { readonly value: Value } | { readonly error: unknown } = { error: new Error('the answer was not read') };
    const read = (answer: OutboundAnswer): Reading => {
      try {
        const value = call.take(openEnvelope(call.action, answer));
        if (value === null) throw new FalabellaAnswerError(call.action, answer.status, 'a success without what was asked for');
        outcome = { value };
        return { ok: true, response: call.summarise(value) };
      } catch (error) {
        outcome = { error };
        return { ok: false, response: summariseError(error) };
      }
    };
    await this.outbound.send(
      {
        service: 'falabella',
        action: call.action,
        connection: account.id,
        method: call.body === undefined ? 'GET' : 'POST',
        url: this.address(account.settings, call.action, call.parameters ?? {}),
        headers: {
          'user-agent': userAgent(account.settings.sellerId),
          accept: this.options.format === 'JSON' ? 'application/json' : 'application/xml',
          ...(call.body !== undefined && { 'content-type': 'application/xml; charset=utf-8' }),
        },
        body: call.body,
        timeoutMs: this.options.timeoutMs,
        request: call.request,
        productSkus: call.productSkus,
      },
      read,
    );
    return settle(outcome);
  }

  /** Where the call goes, signed now: a signature made earlier ends in E003. */
  private address(settings: FalabellaSettings, action: string, parameters: Readonly<Record<string, string>>): string {
    const { apiUrl, apiKey, userId } = settings;
    if (apiKey === null || userId === null) throw new FalabellaNotConfiguredError();
    const url = new URL(apiUrl);
    if (!url.pathname.endsWith('/')) url.pathname += '/';
    url.hash = '';
    url.search = signedQuery(
      {
        ...parameters,
        Action: action,
        Format: this.options.format,
        Timestamp: falabellaTimestamp(new Date()),
        UserID: userId,
        Version: '1.0',
      },
      apiKey,
    );
    return url.href;
  }
}

function settle<Value>(outcome: { readonly value: Value } | { readonly error: unknown }): Value {
  if ('value' in outcome) return outcome.value;
  throw outcome.error;
}

/** `SELLER_ID/Language/Version`, without what a header cannot carry. */
function userAgent(sellerId: string): string {
  return `${sellerId.replace(/[^\x21-\x7e]|\//g, '') || 'SELLER'}/Node/${process.versions.node}`;
}

function summariseError(error: unknown): Summary {
  if (error instanceof FalabellaApiError) return { errorCode: error.code, errorType: error.type };
  return { error: error instanceof FalabellaAnswerError ? error.message : 'the answer could not be read' };
}
