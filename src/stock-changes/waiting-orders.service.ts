import { type ReasonCode } from '../words/core-words.js';
import { Injectable } from '@nestjs/common';
import { distinct } from '../common/collections.js';
import { ListingsRepository } from '../listings/listings.repository.js';
import { OrdersRepository } from '../orders/orders.repository.js';
import { JobQueue } from '../queues/job-queue.service.js';

/** Why a delivery waits that was not all in stock. */
export const SHORT: ReasonCode = 'reasons.short';

/** Wakes orders that wait for a SKU to be known, to be mapped or to be in stock. */
@Injectable()
export class WaitingOrders {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly listings: ListingsRepository,
    private readonly jobQueue: JobQueue,
  ) {}

  /**
   * These stock SKUs have an entry now. Orders that wait for them, or for a bundle that contains them, are
   * planned again.
   */
  async known(skus: readonly string[]): Promise<void> {
    if (skus.length === 0) return;
    const soldAs = await this.listings.soldAs(skus);
    await this.wake(distinct([...skus, ...soldAs]));
  }

  /** A person has mapped a SKU of a channel. */
  async mapped(connection: string, sku: string): Promise<void> {
    await this.wake([sku], connection);
  }

  /** The available units of these SKUs have increased. */
  async arrived(skus: readonly string[]): Promise<void> {
    if (skus.length === 0) return;
    this.enqueue(await this.orders.wakeShort(skus, SHORT));
  }

  private async wake(skus: readonly string[], connection?: string): Promise<void> {
    this.enqueue(await this.orders.wakeUnmapped(skus, connection));
  }

  private enqueue(orders: readonly string[]): void {
    const jobs = orders.map((orderKey) => ({ ids: [orderKey] }));
    if (jobs.length > 0) void this.jobQueue.enqueue('orders', jobs);
  }
}
