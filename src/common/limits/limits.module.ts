import { Global, Module } from '@nestjs/common';
import { RateLimits } from './rate-limits.service.js';

/** Keeps outbound calls within the platforms' limits. Needs `RUN_SCRIPT`, which the queues module provides. */
@Global()
@Module({ providers: [RateLimits], exports: [RateLimits] })
export class LimitsModule {}
