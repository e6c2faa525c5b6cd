import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { withoutTrailingSlashes } from '../../config/trailing-slashes.js';
import { errorText } from '../../common/error-text.js';
import { parseAnswerJson } from '../../common/http/answer-json.js';
import {
  OutboundService,
  type OutboundAnswer,
  type OutboundCall,
  type Reading,
} from '../../common/http/outbound.service.js';
import { RateLimits } from '../../common/limits/rate-limits.service.js';
import { NoRoomError, type Lane } from '../../common/limits/room.js';
import { atMost, forgottenAfter } from '../../common/ttl.js';
import { type TiendanubeSettings } from './settings.js';
import { type Connection } from '../contract.js';
import { bucketOf, reportOf, resetMsOf } from './call-limits.js';
import {
  TiendanubeAnswerError,
  TiendanubeApiError,
  TiendanubeLimitError,
  TiendanubeNotInstalledError,
  TiendanubeRoomError,
} from './errors.js';
import { type PageInfo } from './interfaces/tiendanube.interface.js';
import { idOf, member } from './json.js';
import { pageInfo } from './page-links.js';
import { problemWords } from './problem-words.js';
import { TiendanubeClientOptions } from './tiendanube.options.js';

export type Account = Connection<TiendanubeSettings>;

interface CallRequest {
  /** The purpose, as it appears in the logs. */
  readonly action: string;
  readonly method?: OutboundCall['method'];
  /** Below the store: `orders/17`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | string;
  /** The most of an answer; default as of `OutboundCall`. */
  readonly maxBytes?: number;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly lane: Lane;
  /** How long it may wait for room, in milliseconds. */
  readonly patienceMs: number;
  /** A stock push: when it must wait, pushes wait and other calls do not. */
  readonly isPush?: boolean;
  /**
   * Called when it has found room and is sent. A later caller must not share its answer, which may be
   * older than the call.
   */
  readonly onSend?: () => void;
  /** The part of the request that may be logged. */
  readonly request?: Readonly<Record<string, unknown>>;
  readonly orderIds?: readonly string[];
  readonly productSkus?: readonly string[];
}

/** One call of the API. */
export interface ApiCall<Value> extends CallRequest {
  /** The value of an answer; null when a required part is missing. */
  readonly take: (body: unknown, page: PageInfo) => Value | null;
  /** The part of the value that may be logged. */
  readonly summarise: (value: Value) => Readonly<Record<string, unknown>>;
}

/** The stable version of the API, part of every address. */
const VERSION = '2025-03';
const TOO_MANY = 429;
const NOT_FOUND = 404;
const SEEN_FRESH_MS = 60_000;
const STORE = {
  action: 'store.read',
  path: 'store',
  query: { fields: 'id' },
  take: (body: unknown) => idOf(member(body, 'id')) || null,
  summarise: () => ({}),
};

/**
 * Calls the API of Tiendanube: one request per call, never repeated by itself, and within the store's
 * limit, which all processes share. Errors come in four forms, which are parsed alike.
 */
@Injectable()
export class TiendanubeApi {
  /**
   * The last request for each store itself. Concurrent callers that meet a 404 share one request. A stale one hides for a minute that the
   * store is gone; an evicted one is requested again.
   */
  private readonly seen = new LRUCache<string, Promise<void>>({ ...atMost(1_000), ...forgottenAfter(SEEN_FRESH_MS) });

  constructor(
    private readonly outbound: OutboundService,
    private readonly limits: RateLimits,
    private readonly options: TiendanubeClientOptions,
  ) {}

  /**
   * @throws TiendanubeNotInstalledError, TiendanubeRoomError, TiendanubeLimitError, TiendanubeApiError, TiendanubeAnswerError, NoAnswerError or AnswerTooLargeError
   */
  async call<Value>(account: Account, call: ApiCall<Value>): Promise<Value> {
    const headers = headersOf(account.settings, call.body !== undefined);
    const bucket = bucketOf(account.settings);
    await this.room(account, call);
    call.onSend?.();
    let outcome: { readonly value: Value } | { readonly error: unknown } = {
      error: new Error('the answer was not read'),
    };
    const read = (answer: OutboundAnswer): Reading => {
      try {
        const value = valueOf(call, answer);
        outcome = { value };
        return { ok: true, response: call.summarise(value) };
      } catch (error) {
        outcome = { error };
        return {
          ok: false,
          response: { error: errorText(error, 'the answer could not be read') },
        };
      }
    };
    const answer = await this.outbound.send(
      {
        service: 'tiendanube',
        action: call.action,
        connection: account.id,
        method: call.method ?? 'GET',
        url: addressOf(account.settings, call),
        headers,
        ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
        timeoutMs: this.options.timeoutMs,
        maxBytes: call.maxBytes,
        request: call.request,
        productSkus: call.productSkus,
        orderIds: call.orderIds,
      },
      read,
    );
    await this.limits.note(bucket, reportOf(answer));
    if (answer.status === NOT_FOUND && call.path !== STORE.path) await this.proveStore(account, call);
    return settled(outcome);
  }

  /**
   * A missing resource may be deleted. But with a wrong address or a retired version everything would be
   * missing, so the store itself is requested.
   */
  private async proveStore(account: Account, { action, lane, patienceMs, isPush }: CallRequest): Promise<void> {
    const { key } = bucketOf(account.settings);
    const known = this.seen.get(key);
    if (known) return known;
    const proof = this.call(account, { ...STORE, lane, patienceMs, isPush }).then(
      () => undefined,
      (error: unknown) => {
        this.seen.delete(key);
        const isGone = error instanceof TiendanubeApiError && error.httpStatus === NOT_FOUND;
        throw isGone ? new TiendanubeAnswerError(action, NOT_FOUND, 'nothing is there, not even the store') : error;
      },
    );
    this.seen.set(key, proof);
    return proof;
  }

  /** How long until a push finds room, in milliseconds; 0: now. */
  async untilRoom({ settings }: Account): Promise<number> {
    return this.limits.untilRoom(bucketOf(settings));
  }

  private async room(account: Account, call: CallRequest): Promise<void> {
    try {
      await this.limits.take(bucketOf(account.settings), call.lane, call.patienceMs);
    } catch (error) {
      throw error instanceof NoRoomError
        ? new TiendanubeRoomError(call.action, error.waitMs, call.isPush === true)
        : error;
    }
  }
}

function settled<Value>(outcome: { readonly value: Value } | { readonly error: unknown }): Value {
  if ('value' in outcome) return outcome.value;
  throw outcome.error;
}

function addressOf({ apiUrl, storeId }: TiendanubeSettings, { path, query }: CallRequest): string {
  const search = typeof query === 'string' ? query : new URLSearchParams(query ?? {}).toString();
  const address = `${withoutTrailingSlashes(apiUrl)}/${VERSION}/${encodeURIComponent(storeId)}/${path}`;
  return search === '' ? address : `${address}?${search}`;
}

/** Writes the token's header as configured, because the documentation shows two names for it. */
function headersOf(
  { accessToken, authHeader, userAgent }: TiendanubeSettings,
  hasBody: boolean,
): Readonly<Record<string, string>> {
  if (accessToken === null) throw new TiendanubeNotInstalledError();
  const [name = 'Authentication', scheme = 'bearer'] = authHeader.split(':').map((part) => part.trim());
  return {
    [name.toLowerCase()]: `${scheme} ${accessToken}`,
    'user-agent': userAgent,
    accept: 'application/json',
    // Without the charset a write is refused with 415.
    ...(hasBody && { 'content-type': 'application/json; charset=utf-8' }),
  };
}

function valueOf<Value>(call: ApiCall<Value>, answer: OutboundAnswer): Value {
  const { action } = call;
  if (answer.status === TOO_MANY) throw limitError(call, answer);
  const body = parseAnswerJson(answer.text);
  if (answer.status < 200 || answer.status >= 300) {
    const words = problemWords(body);
    if (words === null) throw new TiendanubeAnswerError(action, answer.status, 'an error without a reason');
    throw new TiendanubeApiError(action, answer.status, words);
  }
  const value = body === undefined ? null : call.take(body, pageInfo(answer.headers));
  if (value === null) throw new TiendanubeAnswerError(action, answer.status, 'a success without what was asked for');
  return value;
}

/** There are two limiters. If the bucket of calls has room left, it was the one on the size of stock pushes. */
function limitError({ action, method, isPush = false }: CallRequest, answer: OutboundAnswer): TiendanubeLimitError {
  const ofSize = isPush && method === 'PATCH' && (reportOf(answer).remaining ?? 0) > 0;
  return new TiendanubeLimitError(action, ofSize, resetMsOf(answer, ofSize), isPush);
}
