import { type ReasonCode } from '../words/core-words.js';
import { Injectable } from '@nestjs/common';
import { distinct } from '../common/collections.js';
import { ListingsRepository } from '../listings/listings.repository.js';
import { OrdersRepository } from '../orders/orders.repository.js';
import { JobQueue } from '../queues/job-queue.service.js';

/** Why a delivery waits that was not all in stock. */
export const SHORT: ReasonCode = 'reasons.short';

/** Orders that wait for something to be known or to arrive: they go on by themselves as soon as it is there. */
@Injectable()
export class WaitingOrders {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly listings: ListingsRepository,
    private readonly jobQueue: JobQueue,
  ) {}

  /** These stock SKUs are known now: whoever waits for them, or for something that is made of them, is planned again. */
  async known(skus: readonly string[]): Promise<void> {
    if (skus.length === 0) return;
    const soldAs = await this.listings.soldAs(skus);
    await this.wake(distinct([...skus, ...soldAs]));
  }

  /** Somebody has said what a SKU of a channel is made of. */
  async mapped(connection: string, sku: string): Promise<void> {
    await this.wake([sku], connection);
  }

  /** More of these is there than before. */
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
