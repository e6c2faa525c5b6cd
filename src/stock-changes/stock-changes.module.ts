import { Global, Module } from '@nestjs/common';
import { OrdersModule } from '../orders/orders.module.js';
import { PublishingModule } from '../publishing/publishing.module.js';
import { MovementListener } from '../stock/movement-listener.js';
import { StockModule } from '../stock/stock.module.js';
import { MovementFollower } from './movement-follower.service.js';
import { UnmappedSkus } from './unmapped-skus.service.js';
import { WaitingOrders } from './waiting-orders.service.js';

/** What follows from a movement: listings to publish, orders that can continue, alerts. */
@Global()
@Module({
  imports: [OrdersModule, StockModule, PublishingModule],
  providers: [WaitingOrders, UnmappedSkus, { provide: MovementListener, useClass: MovementFollower }],
  exports: [WaitingOrders, MovementListener],
})
export class StockChangesModule {}
