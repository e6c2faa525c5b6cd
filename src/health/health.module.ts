import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthChecks } from './health-checks.service.js';
import { HealthController } from './health.controller.js';
import { RootController } from './root.controller.js';

/** Takes a `RedisProbe` and a `BacklogProbe` from any global module that exports them. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [RootController, HealthController],
  providers: [HealthChecks],
})
export class HealthModule {}
