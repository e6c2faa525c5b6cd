import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { type FastifyRequest } from 'fastify';
import { InvalidInputError } from '../errors.js';

const MOST_NAMED = 20;

/**
 * Refuses query parameters on a route that takes none: a filter that is misspelt must not give everything.
 * Other routes check theirs as they check a body. Public routes take what is sent to them: platforms and
 * load balancers add parameters of their own.
 */
@Injectable()
export class KnownQueryGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const { query, routeOptions } = context.switchToHttp().getRequest<FastifyRequest>();
    const given = Object.keys(query ?? {});
    if (given.length > 0 && !routeOptions.config.public && !takesQuery(context))
      throw new InvalidInputError(
        given.slice(0, MOST_NAMED).map((field) => ({ field, expected: 'must not be given: it is not known here' })),
      );
    return true;
  }
}

function takesQuery(context: ExecutionContext): boolean {
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name) ??
    {}) as Record<string, unknown>;
  return Object.keys(parameters).some((key) => key.startsWith(`${RouteParamtypes.QUERY}:`));
}
