import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { languageOf } from '../words/language.js';
import { type ProblemError } from './errors.js';
import { summariseProblem } from './interceptors/request-summary.js';
import { asProblem, INTERNAL_PROBLEM, nothingHere, PROBLEM_CONTENT_TYPE, problemBody } from './problem.js';

/** When a request that cannot be served now may be sent again, in seconds. */
const RETRY_AFTER_S = 5;

/**
 * Answers every error as problem+json. An internal error goes to stderr once, with its stack, and reveals
 * nothing to the caller.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), this.logger);
  }
}

/** Also used for errors that arise before Nest is reached. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply, logger: Logger): void {
  const path = pathOf(request);
  const problem =
    request.is404 && error instanceof HttpException ? nothingHere(request.method, path) : asProblem(error);
  if (!problem) logger.error(error instanceof Error ? (error.stack ?? error.message) : `Not an error: ${typeof error}`);
  if (reply.sent || reply.raw.headersSent) return;
  send(problem ?? INTERNAL_PROBLEM, path, request, reply);
}

function send(problem: ProblemError, path: string, request: FastifyRequest, reply: FastifyReply): void {
  const record = request.logRecord;
  if (record) record.response ??= summariseProblem(problem);
  // RFC 9110 11.6.1: a 401 names at least one way to authenticate
  if (problem.status === 401 && !reply.hasHeader('www-authenticate'))
    reply.header('www-authenticate', 'Bearer realm="stock-orchestrator"');
  if (problem.status === 503 && mayBeRepeated(request) && !reply.hasHeader('retry-after'))
    reply.header('retry-after', RETRY_AFTER_S);
  const body = JSON.stringify(
    problemBody(problem, path, record?.correlationId ?? '', languageOf(request.headers['accept-language'])),
  );
  void reply.status(problem.status).type(PROBLEM_CONTENT_TYPE).send(body);
}

/** A change without an idempotency key may have been stored before the error, so repeating it could apply it twice. A repeated webhook is recognised by its bytes. */
function mayBeRepeated({ method, headers, routeOptions }: FastifyRequest): boolean {
  return method === 'GET' || headers['idempotency-key'] !== undefined || routeOptions.config.public === true;
}

/** The path without its query, which may hold a token. */
export function pathOf(request: FastifyRequest): string {
  const url = request.raw.url ?? '/';
  const end = url.search(/[?#;]/);
  return end === -1 ? url : url.slice(0, end);
}
