import { HttpModule } from '@nestjs/axios';
import { Global, Module } from '@nestjs/common';
import { OutboundService } from './outbound.service.js';

/** Provides the outbound HTTP client everywhere. Needs a `LogSink`, which the logs module provides. */
@Global()
@Module({ imports: [HttpModule], providers: [OutboundService], exports: [OutboundService] })
export class OutboundModule {}
