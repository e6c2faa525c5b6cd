import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { TooManyFailuresError } from '../common/errors.js';
import { PROBLEM_CONTENT_TYPE, problemBody } from '../common/problem.js';
import { pathOf } from '../common/problem.filter.js';
import { type RequestRecord } from '../common/request-record.js';
import { languageOf } from '../words/language.js';
import { type FailureLimits, type Verdict } from './failure-limits.js';
import { type FailureWatch } from './failure-watch.service.js';

/**
 * Answers requests that failed to authenticate with 429 once there are too many of them, and keeps them from
 * filling the log. Every other request passes untouched: a right key is never refused because of others from
 * its address, and all stores of a platform come from a few addresses. Call it before `logRequests`, because
 * of the requests that are given up while they are counted.
 */
export function limitFailures(
  fastify: FastifyInstance,
  limits: Pick<FailureLimits, 'count'>,
  watch: Pick<FailureWatch, 'note'>,
): void {
  const verdicts = new WeakMap<RequestRecord, Promise<Verdict>>();

  /** Counts a request once. */
  function judge(record: RequestRecord, account: string): Promise<Verdict> {
    const known = verdicts.get(record);
    if (known) return known;
    const verdict = limits.count(record.client, account).then((made) => {
      record.written ||= !made.isLogged;
      if (!made.isLogged) watch.note(record.client, made.retryAfterS !== null);
      return made;
    });
    verdicts.set(record, verdict);
    return verdict;
  }

  fastify.addHook('onSend', (request, reply, payload, done) => {
    const record = request.logRecord;
    if (record?.failedFor === undefined) return done(null, payload);
    judge(record, record.failedFor).then(
      ({ retryAfterS }) =>
        done(
          null,
          retryAfterS === null || reply.statusCode === HIDDEN ? payload : refuse(request, reply, record, retryAfterS),
        ),
      done,
    );
  });
  fastify.addHook('onRequestAbort', async ({ logRecord: record }) => {
    if (record?.failedFor !== undefined) await judge(record, record.failedFor);
  });
}

/** An address that does not exist for its sender; a 429 would say that it does. */
const HIDDEN = 404;

/** Makes the answer a 429, and gives back its body. */
function refuse(request: FastifyRequest, reply: FastifyReply, record: RequestRecord, retryAfterS: number): string {
  const problem = new TooManyFailuresError(retryAfterS);
  void reply.code(problem.status).type(PROBLEM_CONTENT_TYPE).header('retry-after', retryAfterS);
  void reply.removeHeader('www-authenticate');
  const language = languageOf(request.headers['accept-language']);
  return JSON.stringify(problemBody(problem, pathOf(request), record.correlationId, language));
}
