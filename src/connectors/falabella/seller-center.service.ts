import { Injectable } from '@nestjs/common';
import { OutboundService, type OutboundAnswer, type Reading } from '../../common/http/outbound.service.js';
import { type FalabellaSettings, type FalabellaUserAgent } from './settings.js';
import { type Connection } from '../contract.js';
import { openEnvelope, type Envelope } from './envelope.js';
import { FalabellaAnswerError, FalabellaApiError, FalabellaLimitError, FalabellaNotConfiguredError } from './errors.js';
import { FalabellaClientOptions } from './falabella.options.js';
import { falabellaTimestamp, signedQuery } from './signature.js';

export type Account = Connection<FalabellaSettings>;
export type Summary = Readonly<Record<string, unknown>>;

/** One call of the Seller Center API. */
export interface SellerCenterCall<Value> {
  readonly action: string;
  /** 1.0 where left out. */
  readonly version?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** It makes a feed, and so falls under the limit on those. */
  readonly makesFeed?: true;
  /** XML; with it the call is a POST. */
  readonly body?: string;
  /** What of the request may be logged. */
  readonly request?: Summary;
  readonly productSkus?: readonly string[];
  readonly orderIds?: readonly string[];
  /** The value of an answer; null where it lacks what it must have. */
  readonly take: (envelope: Envelope) => Value | null;
  /** What of the answer may be logged. */
  readonly summarise: (value: Value) => Summary;
}

const TOO_MANY_REQUESTS = 429;
/** The limit on reading is not published, nor when it ends. */
const READ_AGAIN_MS = 60_000;
/** Where the account's setting says that pushes are not counted, and Falabella says that they are. */
const FEED_AGAIN_MS = 120_000;

/**
 * Speaks to the Seller Center API: one request per call, signed at that moment and never repeated by itself; the answer is read as XML or
 * JSON, whichever it is.
 */
@Injectable()
export class SellerCenter {
  constructor(
    private readonly outbound: OutboundService,
    private readonly options: FalabellaClientOptions,
  ) {}

  /** @throws FalabellaNotConfiguredError, FalabellaLimitError, FalabellaApiError (also for HTTP 200), FalabellaAnswerError or NoAnswerError */
  async call<Value>(account: Account, call: SellerCenterCall<Value>): Promise<Value> {
    let outcome: Outcome<Value> = { error: new Error('the answer was not read') };
    const read = (answer: OutboundAnswer): Reading => {
      try {
        const value = call.take(openEnvelope(call.action, answer));
        if (value === null)
          throw new FalabellaAnswerError(call.action, answer.status, 'a success without what was asked for');
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
        url: this.address(account.settings, call),
        headers: {
          'user-agent': userAgent(account.settings),
          accept: this.options.format === 'JSON' ? 'application/json' : 'application/xml',
          ...(call.body !== undefined && { 'content-type': 'application/xml; charset=utf-8' }),
        },
        body: call.body,
        timeoutMs: this.options.timeoutMs,
        request: call.request,
        productSkus: call.productSkus,
        orderIds: call.orderIds,
      },
      read,
    );
    return settle(outcome, (error) =>
      isTooMany(error) ? limitError(call.action, call.makesFeed === true, account.settings) : error,
    );
  }

  /** Where the call goes, signed now: a signature made earlier ends in E003. */
  private address(
    settings: FalabellaSettings,
    call: Pick<SellerCenterCall<unknown>, 'action' | 'version' | 'parameters'>,
  ): string {
    const { apiUrl, apiKey, userId } = settings;
    if (apiKey === null || userId === null) throw new FalabellaNotConfiguredError();
    const url = new URL(apiUrl);
    if (!url.pathname.endsWith('/')) url.pathname += '/';
    url.hash = '';
    url.search = signedQuery(
      {
        ...call.parameters,
        Action: call.action,
        Format: this.options.format,
        Timestamp: falabellaTimestamp(new Date()),
        UserID: userId,
        Version: call.version ?? '1.0',
      },
      apiKey,
    );
    return url.href;
  }
}

type Outcome<Value> = { readonly value: Value } | { readonly error: unknown };

function settle<Value>(outcome: Outcome<Value>, asThrown: (error: unknown) => unknown): Value {
  if ('value' in outcome) return outcome.value;
  throw asThrown(outcome.error);
}

function isTooMany(error: unknown): boolean {
  const refused = error instanceof FalabellaApiError || error instanceof FalabellaAnswerError;
  return (
    refused &&
    (error.httpStatus === TOO_MANY_REQUESTS || (error instanceof FalabellaApiError && error.code === TOO_MANY_REQUESTS))
  );
}

function limitError(action: string, ofFeeds: boolean, { feeds }: FalabellaSettings): FalabellaLimitError {
  return new FalabellaLimitError(action, ofFeeds, ofFeeds ? feeds.intervalMs || FEED_AGAIN_MS : READ_AGAIN_MS);
}

/**
 * `SELLER_ID/Language/Version`, or the longer form that ends in the kind of integration (`PROPIA`: the seller's own) and the business
 * unit. Without what a header cannot carry.
 */
export function userAgent({
  sellerId,
  userAgent: agent,
}: {
  readonly sellerId: string;
  readonly userAgent: FalabellaUserAgent;
}): string {
  const short = `${headerText(sellerId) || 'SELLER'}/Node/${process.versions.node}`;
  return agent.form === 'five' ? `${short}/PROPIA/${headerText(agent.businessUnit)}` : short;
}

function headerText(text: string): string {
  return text.replace(/[^\x21-\x7e]|\//g, '');
}

function summariseError(error: unknown): Summary {
  if (error instanceof FalabellaApiError) return { errorCode: error.code, errorType: error.type };
  return { error: error instanceof FalabellaAnswerError ? error.message : 'the answer could not be read' };
}
