import { RouteConfig } from '@nestjs/platform-fastify';
import { type FastifyContextConfig } from 'fastify';

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
 * @param more further options of the route
 */
export const LogAction = (action: string, more: FastifyContextConfig = {}) =>
  RouteConfig({ ...more, logAction: action });
