import { RouteConfig } from '@nestjs/platform-fastify';
import { type FastifyContextConfig } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the log document of a request to this route calls it. */
    logAction?: string;
    /** The connector that the route belongs to. */
    logService?: string;
    /** False: nothing of its query is kept. */
    logQuery?: boolean;
  }
}

/**
 * Names what a route does in its log documents, as `subject.verb`: `webhook.order`. It is part of the route itself, so that
 * a request that never reaches the handler (no key, body too large) has it too.
 * @param more what else the route is set to
 */
export const LogAction = (action: string, more: FastifyContextConfig = {}) =>
  RouteConfig({ ...more, logAction: action });
