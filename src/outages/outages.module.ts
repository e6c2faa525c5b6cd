import { Global, Module } from '@nestjs/common';
import { Pauses } from './pauses.service.js';
import { RemedyService } from './remedy.service.js';

/** What happens when a platform does not answer, asks for silence, or refuses its credentials. */
@Global()
@Module({ providers: [Pauses, RemedyService], exports: [Pauses, RemedyService] })
export class OutagesModule {}
