import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Observable } from 'rxjs';
import { withContext } from '../context.js';

/**
 * Carries who asks into the work: guards have run by now, and whatever the handler writes or calls from here on names the
 * key that was used. The log document of the request itself is written by `logRequests`, which sees the refused ones too.
 */
@Injectable()
export class LoggingInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const actor =
      context.getType() === 'http' ? context.switchToHttp().getRequest<FastifyRequest>().logRecord?.actor : undefined;
    return actor === undefined ? next.handle() : withContext({ actor }, () => next.handle());
  }
}
