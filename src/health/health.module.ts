import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthChecks } from './health-checks.service.js';
import { HealthController } from './health.controller.js';
import { RootController } from './root.controller.js';

/** Whether the service and what it stands on are well. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [RootController, HealthController],
  providers: [HealthChecks],
})
export class HealthModule {}
