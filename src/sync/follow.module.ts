import { Global, Module } from '@nestjs/common';
import { MovementListener } from '../stock/movement-listener.js';
import { MovementFollower } from './movement-follower.service.js';
import { PumpHints } from './pump-hints.service.js';

/** What the ledger asks of the outside: who hears of movements. */
@Global()
@Module({
  providers: [PumpHints, { provide: MovementListener, useClass: MovementFollower }],
  exports: [PumpHints, MovementListener],
})
export class FollowModule {}
