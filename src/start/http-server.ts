import { Logger } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify';
import { STATUS_CODES } from 'node:http';
import { type Socket } from 'node:net';
import { ANSWER_HEADERS } from '../common/http/answer-headers.js';
import { beginRecord, writeRecord } from '../common/interceptors/request-log.js';
import { type LogSink } from '../common/log-sink.js';
import { PROBLEM_CONTENT_TYPE } from '../common/problem.js';
import { sendProblem } from '../common/problem.filter.js';

/** The time in which a whole request must arrive. A stock file may come over a slow line. */
const REQUEST_TIMEOUT_MS = 120_000;
/** Characters of one path parameter, percent-encoded; SKUs and order ids are shorter. */
const MAX_PARAM_LENGTH = 600;

/**
 * Fastify with our limits. A request that it refuses before any hook, such as a URL that cannot be
 * decoded, is answered as a problem and logged, too.
 * @param trustedProxies whose X-Forwarded-For is believed
 * @param logs read on use, because it is created after the server
 * @param stockPaths other addresses of `/erp/stock`
 */
export function httpServer(
  trustedProxies: readonly string[],
  logs: () => LogSink,
  stockPaths: readonly string[] = [],
): FastifyAdapter {
  const logger = new Logger('Http');
  return new FastifyAdapter({
    requestTimeout: REQUEST_TIMEOUT_MS,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    // While it closes, requests on open connections are still served, and the connection is closed after
    // them.
    return503OnClosing: false,
    rewriteUrl: ({ url = '/' }) => {
      const path = stockPaths.find((one) => url.startsWith(`${one}/`));
      return path === undefined ? url : `/erp/stock${url.slice(path.length)}`;
    },
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      beginRecord(request, reply);
      sendProblem(error, request, reply, logger);
      writeRecord(request, reply.statusCode, logs());
    },
    clientErrorHandler: refuseConnection,
  });
}

/** Handles bytes that are not HTTP. Without a request there is no correlation id and no log document. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
  const title = STATUS_CODES[status] ?? 'Bad Request';
  const headers = Object.entries({ ...ANSWER_HEADERS, 'content-type': PROBLEM_CONTENT_TYPE, connection: 'close' });
  const body = JSON.stringify({ type: `/problems/${title.toLowerCase().replaceAll(' ', '-')}`, title, status });
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
