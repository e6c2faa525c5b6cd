import { Global, Module } from '@nestjs/common';
import { RateLimits } from './rate-limits.service.js';

/** Keeps calls out within the limits of the platforms. Needs `RUN_SCRIPT`, which the queues module provides. */
@Global()
@Module({ providers: [RateLimits], exports: [RateLimits] })
export class LimitsModule {}
