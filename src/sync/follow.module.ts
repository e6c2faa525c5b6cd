import { Global, Module } from '@nestjs/common';
import { OrderPolicy } from '../orders/sourcing.js';
import { MovementListener } from '../stock/movement-listener.js';
import { MovementFollower } from './movement-follower.service.js';
import { ConnectionOrderPolicy } from './order-policy.service.js';
import { PumpHints } from './pump-hints.service.js';

/** What the ledger and the orders ask of the outside: who hears of movements, and where units come from. */
@Global()
@Module({
  providers: [
    PumpHints,
    { provide: MovementListener, useClass: MovementFollower },
    { provide: OrderPolicy, useClass: ConnectionOrderPolicy },
  ],
  exports: [PumpHints, MovementListener, OrderPolicy],
})
export class FollowModule {}
