import { HttpException } from '@nestjs/common';
import { STATUS_CODES } from 'node:http';
import { type Language } from '../words/language.js';
import { type Message } from '../words/message.js';
import { isOutage } from './mongo/database-away.js';
import { InvalidInputError, NotFoundError, ProblemError, problemTexts, UnavailableError } from './errors.js';

/** The body of every error answer: RFC 9457, served as application/problem+json. */
export interface Problem {
  /** The kind of problem, as a relative URI that never changes. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** The text of `detail` as GET /words names it, and the values in it. Absent: the words are a framework's. */
  readonly code?: string;
  readonly params?: Message['params'];
  /** The requested path, without its query. */
  readonly instance: string;
  readonly correlationId: string;
  readonly [extension: string]: unknown;
}

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** Errors that Fastify raises before any handler runs, by code. */
const BODY_ERRORS: Readonly<Record<string, () => ProblemError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new ProblemError(413, { code: 'problems.body-too-large.request' }),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new ProblemError(415, { code: 'problems.unsupported-media-type.json' }),
  FST_ERR_CTP_INVALID_JSON_BODY: () => notJson('JSON'),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => notJson('JSON, not empty'),
  FST_ERR_BAD_URL: () => new InvalidInputError([{ field: 'url', expected: 'must be percent-encoded UTF-8' }]),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => notJson('as long as the Content-Length header says'),
};

/** The problem that an error is to the caller; null for an internal error, of which the caller learns nothing. */
export function asProblem(error: unknown): ProblemError | null {
  if (error instanceof ProblemError) return error;
  const source = error instanceof HttpException ? (error.cause ?? error) : error;
  const refusal = BODY_ERRORS[codeOf(source) ?? ''];
  if (refusal) return refusal();
  // Errors of JSON.parse and of the check for __proto__. Their text would quote the body.
  if (source instanceof SyntaxError && statusOf(source) === 400) return notJson('JSON');
  if (error instanceof HttpException) return fromHttpException(error);
  if (isOutage(error)) return new UnavailableError('problems.unavailable.database');
  return statusOf(error) === undefined ? null : fromStatus(statusOf(error) ?? 500);
}

/** The problem of a path without a route. It leaves out the query. */
export function nothingHere(method: string, path: string): ProblemError {
  return new NotFoundError('problems.not-found.path', { method, path });
}

/** The answer to every internal error. */
export const INTERNAL_PROBLEM = new ProblemError(500, { code: 'problems.internal.detail' });

export function problemBody(
  { wording, status, extra }: ProblemError,
  path: string,
  correlationId: string,
  language: Language,
): Problem {
  const { type, title, detail } = problemTexts(wording, language);
  return {
    ...extra,
    type: `/problems/${type}`,
    title,
    status,
    ...(detail !== undefined && detail !== title && { detail }),
    ...('code' in wording && { code: wording.code, params: wording.params ?? {} }),
    instance: path,
    correlationId,
  };
}

function notJson(expected: string): InvalidInputError {
  return new InvalidInputError([{ field: 'body', expected: `must be ${expected}` }]);
}

function fromHttpException(error: HttpException): ProblemError {
  const status = error.getStatus();
  if (status >= 500 && status !== 503) return INTERNAL_PROBLEM;
  return fromStatus(status, error.message);
}

function fromStatus(status: number, detail?: string): ProblemError {
  const title = STATUS_CODES[status] ?? 'Error';
  const type = title.toLowerCase().replace(/[^a-z]+/g, '-');
  return new ProblemError(status, { type, title, detail });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The 4xx status that an error carries; any other status is not for the caller. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : undefined;
}
