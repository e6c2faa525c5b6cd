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
  /** Default: 1.0. */
  readonly version?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** It creates a feed, so the limit on feeds applies. */
  readonly makesFeed?: true;
  /** XML; makes the call a POST. */
  readonly body?: string;
  /** The most of an answer; default as of `OutboundCall`. */
  readonly maxBytes?: number;
  /** The part of the request that may be logged. */
  readonly request?: Summary;
  readonly productSkus?: readonly string[];
  readonly orderIds?: readonly string[];
  /** The value of an answer; null when a required part is missing. */
  readonly take: (envelope: Envelope) => Value | null | Promise<Value | null>;
  /** The part of the answer that may be logged. */
  readonly summarise: (value: Value) => Summary;
}

const TOO_MANY_REQUESTS = 429;
/** The wait after the limit on reading, which is not documented. */
const READ_AGAIN_MS = 60_000;
/** The wait when the settings say that pushes are not limited, but Falabella limits them. */
const FEED_AGAIN_MS = 120_000;

/**
 * Calls the Seller Center API: one request per call, signed at that moment and never repeated by itself.
 * The answer is parsed as XML or JSON.
 */
@Injectable()
export class SellerCenter {
  constructor(
    private readonly outbound: OutboundService,
    private readonly options: FalabellaClientOptions,
  ) {}

  /** @throws FalabellaNotConfiguredError, FalabellaLimitError, FalabellaApiError (also for HTTP 200), FalabellaAnswerError, NoAnswerError or AnswerTooLargeError */
  async call<Value>(account: Account, call: SellerCenterCall<Value>): Promise<Value> {
    let outcome: Outcome<Value> = { error: new Error('the answer was not read') };
    const read = async (answer: OutboundAnswer): Promise<Reading> => {
      try {
        const value = await call.take(await openEnvelope(call.action, answer, call.maxBytes));
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
        maxBytes: call.maxBytes,
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

  /** The address of the call, signed now: an older signature is refused with E003. */
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
 * `SELLER_ID/Language/Version`, or the longer form that ends in the kind of integration (`PROPIA`: the
 * seller's own) and the business unit. Characters that a header cannot carry are left out.
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
