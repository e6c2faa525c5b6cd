import { randomUUID } from 'node:crypto';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { withContext } from '../context.js';
import { ANSWER_HEADERS } from '../http/answer-headers.js';
import { clientAddress } from '../http/client-address.js';
import { type LogSink } from '../log-sink.js';
import { pathOf } from '../problem.filter.js';
import { RequestRecord } from '../request-record.js';
import { serviceOf, summariseRequest } from './request-summary.js';

declare module 'fastify' {
  interface FastifyRequest {
    logRecord: RequestRecord | null;
  }
}

const CORRELATION_HEADER = 'x-correlation-id';
const CORRELATION_FORM = /^[A-Za-z0-9._:-]{1,128}$/;

/**
 * Writes one log document for every HTTP request, including those that are refused by a guard, have no
 * route, are too large, are not JSON or are aborted by the client. It uses Fastify's hooks because a Nest
 * interceptor sees only the requests that reach a handler. Call it before the application is initialised.
 * Successful health checks are left out, as they would fill most of the store.
 */
export function logRequests(fastify: FastifyInstance, logs: LogSink): void {
  fastify.decorateRequest('logRecord', null);
  fastify.addHook('onRequest', (request, reply, done) => {
    beginRecord(request, reply);
    done();
  });
  // Not in onRequest, because reading the body continues in another asynchronous context.
  fastify.addHook('preHandler', (request, _reply, done) => {
    const record = request.logRecord;
    if (record) withContext({ correlationIds: [record.correlationId], request: record }, done);
    else done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    writeRecord(request, reply.statusCode, logs);
    done();
  });
  fastify.addHook('onRequestAbort', (request, done) => {
    if (request.logRecord) {
      request.logRecord.status = 'error';
      request.logRecord.response = { aborted: true };
    }
    writeRecord(request, 499, logs);
    done();
  });
}

/** Also used for the few requests that are refused before any hook runs. */
export function beginRecord(request: FastifyRequest, reply: FastifyReply): RequestRecord {
  const given = request.headers[CORRELATION_HEADER];
  const correlationId = typeof given === 'string' && CORRELATION_FORM.test(given) ? given : randomUUID();
  const record = new RequestRecord(correlationId, clientAddress(request.ip));
  request.logRecord = record;
  void reply.headers({ ...ANSWER_HEADERS, [CORRELATION_HEADER]: correlationId });
  return record;
}

export function writeRecord(request: FastifyRequest, statusCode: number, logs: LogSink): void {
  const record = request.logRecord;
  if (!record || record.written) return;
  const path = pathOf(request);
  const refused = statusCode >= 400;
  if (!refused && path.startsWith('/health')) return;
  record.written = true;
  const summary = summariseRequest(request, path, refused);
  if (record.request) summary.body = record.request;
  // To find out who sends them.
  if (refused) summary.client = record.client;
  logs.write({
    service: request.routeOptions?.config?.logService ?? serviceOf(path),
    action: record.action ?? request.routeOptions?.config?.logAction ?? `http.${request.method.toLowerCase()}`,
    status: record.status ?? (refused ? 'error' : statusCode === 202 ? 'pending' : 'success'),
    duration: record.elapsed(),
    request: summary,
    response: { status: statusCode, ...record.response },
    steps: record.steps,
    connection: record.connection,
    actor: record.actor,
    orderIds: record.orderIds,
    productSkus: record.productSkus,
    correlationIds: [record.correlationId, ...record.correlationIds],
  });
}
