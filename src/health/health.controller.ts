import { Controller, Get, HttpException } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthCheckService, type HealthCheckResult, type HealthIndicatorFunction } from '@nestjs/terminus';
import { ProblemError } from '../common/errors.js';
import { LogAction } from '../common/interceptors/log-action.decorator.js';
import { HealthChecks } from './health-checks.service.js';

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly checks: HealthChecks,
  ) {}

  @Get()
  @LogAction('health.check', { public: true })
  @ApiOperation({ summary: 'Everything: database, Redis, and whether work is left lying; 503 where one is down' })
  everything(): Promise<HealthCheckResult> {
    return this.check([() => this.checks.database(), () => this.checks.redis(), () => this.checks.backlog()]);
  }

  @Get('live')
  @LogAction('health.live', { public: true })
  @ApiOperation({ summary: 'Whether the process answers at all; where it does not, it should be restarted' })
  live(): Promise<HealthCheckResult> {
    return this.check([]);
  }

  @Get('ready')
  @LogAction('health.ready', { public: true })
  @ApiOperation({ summary: 'Whether requests should be sent here. Redis is not asked: webhooks are taken without it' })
  ready(): Promise<HealthCheckResult> {
    return this.check([() => this.checks.database()]);
  }

  private async check(indicators: HealthIndicatorFunction[]): Promise<HealthCheckResult> {
    try {
      return await this.health.check(indicators);
    } catch (error) {
      if (!(error instanceof HttpException)) throw error;
      const { info, error: failed, details } = error.getResponse() as HealthCheckResult;
      throw new ProblemError(
        503,
        { code: 'problems.unhealthy.detail', params: { down: Object.keys(failed ?? {}).join(', ') } },
        { info, error: failed, details },
      );
    }
  }
}
