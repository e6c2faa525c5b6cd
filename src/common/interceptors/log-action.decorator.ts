import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExtension } from '@nestjs/swagger';
import { type FastifyContextConfig } from 'fastify';

/** Marks the operation in the OpenAPI document until its security is derived from the mark. */
export const PUBLIC_OPERATION = 'x-public';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The action in the log documents of this route. */
    logAction?: string;
    logService?: string;
    /** False: the log keeps nothing of its query. */
    logQuery?: boolean;
  }
}

/**
 * Names a route's action in its log documents, as `subject.verb`: `webhook.order`. It is part of the
 * route, so that a request that never reaches the handler (no key, body too large) has it, too.
 * @param more further options of the route, such as `public`
 */
export const LogAction = (action: string, more: FastifyContextConfig = {}) =>
  applyDecorators(
    RouteConfig({ ...more, logAction: action }),
    ...(more.public ? [ApiExtension(PUBLIC_OPERATION, true)] : []),
  );
