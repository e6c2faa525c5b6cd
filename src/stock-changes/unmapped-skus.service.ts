import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { KnownSkus } from '../allocation/known-skus.service.js';
import { distinct } from '../common/collections.js';
import { PeriodicTask } from '../common/periodic-task.js';
import { normalizeSku } from '../common/sku.js';
import { RETRY_AFTER_MS } from '../config/retry-delays.js';
import { OrdersRepository } from '../orders/orders.repository.js';
import { WaitingOrders } from './waiting-orders.service.js';

/** How many SKUs are asked for in one round. */
const MOST_SKUS = 2_000;

/** Asks the ERP for the SKUs that orders wait for: once for each SKU, however many orders wait for it. */
@Injectable()
export class UnmappedSkus implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task = new PeriodicTask(() => this.ask(), {
    everyMs: RETRY_AFTER_MS.unmappedSkus,
    logger: new Logger('UnmappedSkus'),
    failure: 'the unknown SKUs of orders were not asked for',
    byWorkersOnly: true,
  });

  constructor(
    private readonly orders: OrdersRepository,
    private readonly known: KnownSkus,
    private readonly waiting: WaitingOrders,
  ) {}

  onApplicationBootstrap(): void {
    this.task.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  /** Wakes the orders whose SKU the ERP has by now. */
  async ask(): Promise<void> {
    const skus = await this.orders.unmappedSkus(MOST_SKUS);
    const known = await this.known.among(distinct(skus.map(normalizeSku)));
    await this.waiting.known(skus.filter((sku) => known.has(normalizeSku(sku))));
  }
}
