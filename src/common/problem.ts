import { HttpException } from '@nestjs/common';
import { STATUS_CODES } from 'node:http';
import { mongo } from 'mongoose';
import { InvalidInputError, NotFoundError, ProblemError, UnavailableError } from './errors.js';

/** The body of every error answer: RFC 9457, served as application/problem+json. */
export interface Problem {
  /** The kind of problem, as a relative URI that never changes. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** The requested path, without its query. */
  readonly instance: string;
  readonly correlationId: string;
  readonly [extension: string]: unknown;
}

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** Errors that Fastify raises before any handler runs, by code. */
const BODY_ERRORS: Readonly<Record<string, () => ProblemError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () =>
    new ProblemError(413, 'body-too-large', 'The body is too large', 'at most 1 MB (1,048,576 bytes)'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new ProblemError(415, 'unsupported-media-type', 'The content type is not supported', 'send application/json'),
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
  if (error instanceof mongo.MongoNetworkError || error instanceof mongo.MongoServerSelectionError)
    return new UnavailableError('the database does not answer');
  return statusOf(error) === undefined ? null : fromStatus(statusOf(error) ?? 500);
}

/** The problem of a path without a route. It leaves out the query. */
export function nothingHere(method: string, path: string): ProblemError {
  return new NotFoundError(`there is nothing at ${method} ${path}`);
}

/** The answer to every internal error. */
export const INTERNAL_PROBLEM = new ProblemError(
  500,
  'internal',
  'Something went wrong on our side',
  'the correlationId leads to what is known about it',
);

export function problemBody(problem: ProblemError, path: string, correlationId: string): Problem {
  return {
    ...problem.extra,
    type: `/problems/${problem.type}`,
    title: problem.title,
    status: problem.status,
    ...(problem.message !== problem.title && { detail: problem.message }),
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
  return new ProblemError(status, type, title, detail);
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
