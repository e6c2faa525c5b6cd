import { Global, Module } from '@nestjs/common';
import { PausedConnections } from './paused-connections.service.js';
import { FailurePolicy } from './failure-policy.service.js';

/** Handles platforms that do not answer, limit calls, or refuse the credentials. */
@Global()
@Module({ providers: [PausedConnections, FailurePolicy], exports: [PausedConnections, FailurePolicy] })
export class OutagesModule {}
