import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { errorCodes, type FastifyInstance } from 'fastify';
import { type WebhookRoute } from '../connectors/webhook-route.js';

/** The token of the webhook routes of all connectors. */
export const WEBHOOK_ROUTES = Symbol('webhook routes');

/**
 * Accepts webhooks of any content type, or none, where the route says so: a platform repeats a refused
 * webhook for weeks. Elsewhere only JSON is accepted.
 */
@Injectable()
export class AnyContentType implements OnModuleInit {
  private readonly paths: ReadonlySet<string | undefined>;

  constructor(
    private readonly host: HttpAdapterHost,
    @Inject(WEBHOOK_ROUTES) routes: readonly WebhookRoute[],
  ) {
    this.paths = new Set(routes.filter((route) => route.anyContentType).flatMap(({ paths }) => paths));
  }

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    // Fastify's own parser would hide the text from the one that counts its bytes.
    fastify.removeContentTypeParser('text/plain');
    fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
      if (!this.paths.has(request.routeOptions.url)) return done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE());
      Object.assign(request, { rawBody: body });
      done(null, undefined);
    });
  }
}
