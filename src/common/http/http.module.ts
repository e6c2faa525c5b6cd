import { HttpModule } from '@nestjs/axios';
import { Global, Module } from '@nestjs/common';
import { AppConfig } from '../../config/app-config.js';
import { guardedAgents } from './guarded-agents.js';
import { OutboundService } from './outbound.service.js';

/** Provides the outbound HTTP client everywhere. Needs a `LogSink`, which the logs module provides. In production it guards private networks. */
@Global()
@Module({
  imports: [
    HttpModule.registerAsync({
      inject: [{ token: AppConfig, optional: true }],
      useFactory: (config?: AppConfig) => (config?.privateHosts ? guardedAgents(config.privateHosts) : {}),
    }),
  ],
  providers: [OutboundService],
  exports: [OutboundService],
})
export class OutboundModule {}
