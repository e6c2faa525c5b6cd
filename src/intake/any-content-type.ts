import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { errorCodes, type FastifyInstance } from 'fastify';

/** The webhooks of senders that nobody can ask which content type they send. */
const ROUTES: ReadonlySet<string | undefined> = new Set(['/falabella/webhook/:token']);

/**
 * Takes webhooks of any content type, or none, as they are: a platform that is refused sends the same again for weeks. Everywhere else JSON
 * stays the only one.
 */
@Injectable()
export class AnyContentType implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    // Fastify's own would take the text away from what counts its bytes.
    fastify.removeContentTypeParser('text/plain');
    fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
      if (!ROUTES.has(request.routeOptions.url)) return done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE());
      Object.assign(request, { rawBody: body });
      done(null, undefined);
    });
  }
}
