import { Logger } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify';
import { STATUS_CODES } from 'node:http';
import { type Socket } from 'node:net';
import { beginRecord, writeRecord } from '../common/interceptors/request-log.js';
import { type LogSink } from '../common/log-sink.js';
import { PROBLEM_CONTENT_TYPE } from '../common/problem.js';
import { sendProblem } from '../common/problem.filter.js';

export const BODY_LIMIT_BYTES = 1024 * 1024;
/** Until all of a request must have arrived: a file of stock may come over a slow line. */
const REQUEST_TIMEOUT_MS = 120_000;
/** Characters of one path parameter, percent-encoded: SKUs and order ids are shorter. */
const MAX_PARAM_LENGTH = 600;

/**
 * Fastify with our limits. What it refuses by itself, before any hook (a URL that cannot be decoded), is answered as a problem and logged too.
 * @param logs asked for when needed: it comes to be later than the server
 */
export function httpServer(logs: () => LogSink): FastifyAdapter {
  const logger = new Logger('Http');
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // while it closes, what still arrives on open connections is served, and the connection closed behind it
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      beginRecord(request, reply);
      sendProblem(error, request, reply, logger);
      writeRecord(request, reply.statusCode, logs());
    },
    clientErrorHandler: refuseConnection,
  });
}

/** The bytes that came are no HTTP: there is no request to speak of, hence no correlation id and no log document. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
  const title = STATUS_CODES[status] ?? 'Bad Request';
  const body = JSON.stringify({ type: `/problems/${title.toLowerCase().replaceAll(' ', '-')}`, title, status });
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nContent-Type: ${PROBLEM_CONTENT_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
