import { Global, Module } from '@nestjs/common';
import { OrderPolicy } from '../orders/order-policy.js';
import { StockModule } from '../stock/stock.module.js';
import { UnmappedAlerts } from './unmapped-alerts.service.js';
import { KnownSkus } from './known-skus.service.js';
import { ConnectionOrderPolicy } from './connection-order-policy.service.js';

/** Decides which warehouse serves an order's units, and whether the order counts. */
@Global()
@Module({
  imports: [StockModule],
  providers: [KnownSkus, { provide: OrderPolicy, useClass: ConnectionOrderPolicy }, UnmappedAlerts],
  exports: [OrderPolicy, KnownSkus, UnmappedAlerts],
})
export class AllocationModule {}
