import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type AppConfig } from '../../config/app-config.js';
import { type ApiKey } from '../../config/api-keys.js';
import { ForbiddenError, UnauthenticatedError } from '../errors.js';
import { findKey, mayUse, presentedKey } from './api-key-check.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Requires no API key: webhooks, which their connector verifies, and what says nothing of any merchant. */
    public?: boolean;
  }
}

/** The API's documentation, as the router names it, whatever form the address was written in. */
const DOCS_ROUTE = /^\/docs(?:$|[/-])/;

/**
 * Requires an API key on every route that is not public, before anything of the body is read. Without any
 * configured key all routes are open, which the configuration allows outside production only. Call it
 * before the application is initialised.
 */
export function requireKeys(fastify: FastifyInstance, { apiKeys, isProduction }: AppConfig): void {
  if (apiKeys.length === 0 && !isProduction) return;
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.is404 || request.routeOptions.config.public) return done();
    try {
      admit(request, reply, apiKeys);
      done();
    } catch (error) {
      done(error as Error & { statusCode?: number });
    }
  });
}

/** A browser, which cannot send our header, may give the key to the documentation as the password of Basic. */
function admit(request: FastifyRequest, reply: FastifyReply, keys: readonly ApiKey[]): void {
  const isDocs = DOCS_ROUTE.test(request.routeOptions.url ?? '');
  const presented = presentedKey(request.headers) ?? (isDocs ? basicPassword(request) : undefined);
  const key = presented === undefined ? undefined : findKey(presented, keys);
  if (!key) {
    if (request.logRecord) request.logRecord.failedFor = 'api';
    if (isDocs) {
      void reply.header('www-authenticate', 'Basic realm="stock-orchestrator", charset="UTF-8"');
      throw new UnauthenticatedError('problems.unauthenticated.no_key_or_password');
    }
    throw new UnauthenticatedError(
      presented === undefined ? 'problems.unauthenticated.no_key' : 'problems.unauthenticated.unknown_key',
    );
  }
  if (request.logRecord) request.logRecord.actor = key.name;
  if (!mayUse(key, request.method)) throw new ForbiddenError('problems.forbidden.read_only', { key: key.name });
}

function basicPassword({ headers }: FastifyRequest): string | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(headers.authorization ?? '')?.[1];
  if (!encoded) return undefined;
  const [, ...password] = Buffer.from(encoded, 'base64').toString().split(':');
  return password.length > 0 ? password.join(':') : undefined;
}
