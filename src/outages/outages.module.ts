import { Global, Module } from '@nestjs/common';
import { Pauses } from './pauses.service.js';
import { FailurePolicy } from './failure-policy.service.js';

/** What happens when a platform does not answer, asks for silence, or refuses its credentials. */
@Global()
@Module({ providers: [Pauses, FailurePolicy], exports: [Pauses, FailurePolicy] })
export class OutagesModule {}
