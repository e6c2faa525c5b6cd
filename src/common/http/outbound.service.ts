import { HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import { isAxiosError } from 'axios';
import { lastValueFrom } from 'rxjs';
import { errorText } from '../error-text.js';
import { LogSink, type LogService } from '../log-sink.js';
import { PRIVATE_ADDRESS } from './guarded-agents.js';

export interface OutboundCall {
  readonly service: LogService;
  /** The purpose of the call, as it appears in the logs: `stock.picking.create`. */
  readonly action: string;
  readonly connection: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  /** A longer answer is refused. Default: `MAX_ANSWER_BYTES`. */
  readonly maxBytes?: number;
  /** The part of the request that may be logged. */
  readonly request?: Readonly<Record<string, unknown>>;
  readonly orderIds?: readonly string[];
  readonly productSkus?: readonly string[];
}

export interface OutboundAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A connector's reading of an answer, for the log: whether it succeeded, and which part of it may be kept. */
export interface Reading {
  readonly ok: boolean;
  readonly response?: Readonly<Record<string, unknown>>;
}

/** No answer arrived. The effect may have happened all the same, unless `reached` is false. */
export class NoAnswerError extends Error {
  constructor(
    readonly reason: 'timeout' | 'network' | 'size',
    /** False when no connection was made, so that the other end cannot have acted. */
    readonly reached: boolean,
    detail: string,
  ) {
    super(detail);
    this.name = 'NoAnswerError';
  }
}

/** The answer has more than the caller takes. A call that asks for less may be answered. */
export class AnswerTooLargeError extends NoAnswerError {
  constructor(detail: string) {
    super('size', true, detail);
    this.name = 'AnswerTooLargeError';
  }
}

/** Of an answer about one thing, decompressed. */
export const MAX_ANSWER_BYTES = 1024 * 1024;
/** Of a page of a list. */
export const MAX_LIST_BYTES = 8 * MAX_ANSWER_BYTES;
const UNREACHED = new Set([PRIVATE_ADDRESS, 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const DETAILS: Readonly<Record<string, string>> = {
  [PRIVATE_ADDRESS]: 'not called: its address is in a private network, and ALLOWED_PRIVATE_HOSTS does not name it',
};

/** The only way to call another system over HTTP. Every call writes one log document. */
@Injectable()
export class OutboundService {
  constructor(
    private readonly http: HttpService,
    private readonly logs: LogSink,
  ) {}

  /**
   * Sends one request, once, and gives back the answer, whatever its status.
   * @throws NoAnswerError when there was no complete answer within `timeoutMs`, AnswerTooLargeError when it has more than `maxBytes`
   */
  async send(
    call: OutboundCall,
    read: (answer: OutboundAnswer) => Reading | Promise<Reading>,
  ): Promise<OutboundAnswer> {
    const startedAt = performance.now();
    try {
      const answer = await this.exchange(call);
      const reading = await read(answer);
      this.log(call, startedAt, reading.ok, { status: answer.status, ...reading.response });
      return answer;
    } catch (error) {
      this.log(call, startedAt, false, { error: errorText(error) });
      throw error;
    }
  }

  private async exchange(call: OutboundCall): Promise<OutboundAnswer> {
    const { maxBytes = MAX_ANSWER_BYTES } = call;
    try {
      const answer = await lastValueFrom(
        this.http.request<string>({
          method: call.method,
          url: call.url,
          headers: { ...call.headers },
          data: call.body,
          timeout: call.timeoutMs,
          signal: AbortSignal.timeout(call.timeoutMs + 500),
          responseType: 'text',
          transformResponse: (text: string) => text,
          validateStatus: () => true,
          maxRedirects: 0,
          maxContentLength: maxBytes,
          proxy: false,
        }),
      );
      const headers = Object.fromEntries(
        Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
      );
      return { status: answer.status, headers, text: answer.data ?? '' };
    } catch (error) {
      if (!isAxiosError(error)) throw error;
      // The only sign that axios gives of it.
      if (error.message === `maxContentLength size of ${maxBytes} exceeded`)
        throw new AnswerTooLargeError(`an answer of more than ${maxBytes} bytes`);
      const code = error.code ?? 'unknown';
      const timedOut = code === 'ECONNABORTED' || code === 'ETIMEDOUT' || code === 'ERR_CANCELED';
      throw new NoAnswerError(
        timedOut ? 'timeout' : 'network',
        !UNREACHED.has(code),
        DETAILS[code] ?? (timedOut ? `no answer within ${call.timeoutMs} ms` : `no answer (${code})`),
      );
    }
  }

  private log(call: OutboundCall, startedAt: number, ok: boolean, response: Record<string, unknown>): void {
    this.logs.write({
      service: call.service,
      action: call.action,
      status: ok ? 'success' : 'error',
      duration: Math.round(performance.now() - startedAt),
      request: { method: call.method, ...call.request },
      response,
      connection: call.connection,
      orderIds: call.orderIds,
      productSkus: call.productSkus,
    });
  }
}
