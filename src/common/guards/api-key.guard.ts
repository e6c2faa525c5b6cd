import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type FastifyRequest } from 'fastify';
import { AppConfig } from '../../config/app-config.js';
import { ForbiddenError, UnauthenticatedError } from '../errors.js';
import { findKey, mayUse, presentedKey } from './api-key-check.js';
import { PUBLIC_ROUTE } from './public.decorator.js';

/**
 * Requires an API key on every route that is not `@Public()`. Without any configured key all routes are
 * open, which the configuration allows outside production only.
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly config: AppConfig,
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC_ROUTE, [context.getHandler(), context.getClass()]))
      return true;
    this.admit(context.switchToHttp().getRequest<FastifyRequest>());
    return true;
  }

  private admit(request: FastifyRequest): void {
    const { apiKeys, isProduction } = this.config;
    if (apiKeys.length === 0 && !isProduction) return;
    const presented = presentedKey(request.headers);
    if (presented === undefined) throw new UnauthenticatedError('problems.unauthenticated.no_key');
    const key = findKey(presented, apiKeys);
    if (!key) throw new UnauthenticatedError('problems.unauthenticated.unknown_key');
    if (request.logRecord) request.logRecord.actor = key.name;
    if (!mayUse(key, request.method)) throw new ForbiddenError('problems.forbidden.read_only', { key: key.name });
  }
}
