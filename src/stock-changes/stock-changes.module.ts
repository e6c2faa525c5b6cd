import { Global, Module } from '@nestjs/common';
import { OrdersModule } from '../orders/orders.module.js';
import { MovementListener } from '../stock/movement-listener.js';
import { StockModule } from '../stock/stock.module.js';
import { MovementFollower } from './movement-follower.service.js';
import { PumpHints } from '../publishing/pump-hints.service.js';
import { WaitingOrders } from './waiting-orders.service.js';

/** What the ledger asks of the outside: who hears of movements. */
@Global()
@Module({
  imports: [OrdersModule, StockModule],
  providers: [PumpHints, WaitingOrders, { provide: MovementListener, useClass: MovementFollower }],
  exports: [PumpHints, WaitingOrders, MovementListener],
})
export class FollowModule {}
