import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Observable } from 'rxjs';
import { withContext } from '../context.js';

/**
 * Adds the API key's name to the context. Guards have run by now, so that all log documents and calls of
 * the handler carry it. `logRequests` writes the log document of the request itself, because it sees
 * refused requests, too.
 */
@Injectable()
export class LoggingInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const actor =
      context.getType() === 'http' ? context.switchToHttp().getRequest<FastifyRequest>().logRecord?.actor : undefined;
    return actor === undefined ? next.handle() : withContext({ actor }, () => next.handle());
  }
}
