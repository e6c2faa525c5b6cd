import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { DatabaseProbe } from './database-probe.service.js';
import { HealthChecks } from './health-checks.service.js';
import { HealthController } from './health.controller.js';
import { RootController } from './root.controller.js';

/** Health of the service and of its dependencies. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [RootController, HealthController],
  providers: [HealthChecks, DatabaseProbe],
})
export class HealthModule {}
