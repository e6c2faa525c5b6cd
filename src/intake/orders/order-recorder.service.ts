import { Injectable } from '@nestjs/common';
import { distinct } from '../../common/collections.js';
import { withContext } from '../../common/context.js';
import { type OrderSnapshot } from '../../connectors/contract.js';
import { ListingsRepository } from '../../listings/listings.repository.js';
import { orderKey } from '../../orders/order.types.js';
import { OrdersService, type OrderOutcome, type Sighting } from '../../orders/orders.service.js';
import { PumpWakeups } from '../../publishing/pump-wakeups.service.js';
import { type JobOutcome } from '../../queues/job-outcome.js';
import { JobQueue } from '../../queues/job-queue.service.js';
import { OrderAlerts } from './order-alerts.service.js';

/** Plans and records an order as it is now, and starts what follows from it: alerts, pushes, a delivery. */
@Injectable()
export class OrderRecorder {
  constructor(
    private readonly listings: ListingsRepository,
    private readonly orders: OrdersService,
    private readonly alerts: OrderAlerts,
    private readonly pumps: PumpWakeups,
    private readonly jobQueue: JobQueue,
  ) {}

  record(connection: string, order: OrderSnapshot, seen: Sighting): Promise<JobOutcome> {
    const skus = distinct(order.lines.map((line) => line.sku));
    return withContext({ orderIds: [order.orderId], productSkus: skus }, async (): Promise<JobOutcome> => {
      const startedAt = performance.now();
      // A sale proves that the channel sells the SKU, whatever its catalogue says.
      await this.listings.ensure(connection, skus);
      const outcome = await this.orders.observe(connection, order, seen);
      await this.alerts.ofOutcome(connection, outcome, order.statusText);
      if (outcome.movedThere.length > 0) {
        await this.listings.markUnknown(connection, outcome.movedThere);
        this.pumps.wake([connection]);
      }
      if (outcome.toDeliver) this.jobQueue.send('orders', [outcome.order?._id ?? orderKey(connection, order.orderId)]);
      const step = stepOf(outcome, order.status);
      return {
        action: `order.${step}`,
        status: outcome.result === 'unknown' ? 'error' : 'success',
        orderIds: [order.orderId],
        productSkus: skus,
        steps: [{ step, duration: Math.round(performance.now() - startedAt) }],
        response: { order: order.status, result: outcome.result },
      };
    });
  }
}

function stepOf(outcome: OrderOutcome, status: string): string {
  if (outcome.result !== 'planned') return outcome.result;
  return status === 'cancelled' ? 'released' : 'reserved';
}
