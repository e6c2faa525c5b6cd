import { Injectable } from '@nestjs/common';
import { AlertsService } from '../alerts/alerts.service.js';
import { distinct } from '../common/collections.js';
import { currentContext, withContext } from '../common/context.js';
import { UnavailableError } from '../common/errors.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { ListingsRepository } from '../listings/listings.repository.js';
import { isActive } from '../orders/hold-state.js';
import { type OrderDoc } from '../orders/order.types.js';
import { OrderLookup } from '../orders/order-lookup.service.js';
import { OrdersRepository } from '../orders/orders.repository.js';
import { OrdersService, type OrderOutcome } from '../orders/orders.service.js';
import { JobQueue } from '../queues/job-queue.service.js';
import { FailurePolicy } from '../outages/failure-policy.service.js';

/** The order after a person's action. */
export interface OrderAnswer {
  readonly id: string;
  readonly orderId: string;
  readonly status: string;
  readonly result: OrderOutcome['result'];
  /** Units that are reserved for it and not delivered. */
  readonly held: readonly { readonly sku: string; readonly warehouse: string; readonly units: number }[];
  /** Unmapped SKUs that it waits for. */
  readonly unmapped: readonly string[];
  /** Work in the ERP is left, which continues by itself. */
  readonly working: boolean;
}

/** A person's actions on an order. */
@Injectable()
export class OrderActions {
  constructor(
    private readonly lookup: OrderLookup,
    private readonly orders: OrdersService,
    private readonly repository: OrdersRepository,
    private readonly connections: ConnectionsService,
    private readonly listings: ListingsRepository,
    private readonly failures: FailurePolicy,
    private readonly alerts: AlertsService,
    private readonly jobQueue: JobQueue,
  ) {}

  /**
   * Reads the order again if its platform can be asked, else plans it again, and restarts its dead work.
   * @throws UnavailableError when the platform does not answer; nothing was changed
   */
  async resync(name: string): Promise<OrderAnswer & { readonly reread: boolean; readonly reason?: string }> {
    const order = await this.lookup.one(name);
    return withContext({ orderIds: [order.orderId], connection: order.connection }, async () => {
      const shown = await this.reread(order);
      const outcome = shown ? await this.observe(order, shown) : await this.orders.review(order._id);
      await this.reschedule(outcome.order ?? order);
      this.jobQueue.send('orders', [order._id]);
      const answer = answerOf(outcome, order);
      return shown ? { ...answer, reread: true } : { ...answer, reread: false, reason: this.whyNot(order) };
    });
  }

  /** Releases an order's reservations on a person's word, for orders that cannot be read again. */
  async release(name: string, reason: string): Promise<OrderAnswer> {
    const order = await this.lookup.one(name);
    return withContext({ orderIds: [order.orderId], connection: order.connection }, async () => {
      const outcome = await this.orders.release(order._id, { reason, actor: currentContext().actor ?? 'anonymous' });
      if (outcome?.toDeliver) this.jobQueue.send('orders', [order._id]);
      return answerOf(outcome, order);
    });
  }

  /** Records whether an order from before the cut-over counts, or was handled elsewhere. */
  async decide(name: string, counting: 'handled' | 'counted'): Promise<OrderAnswer> {
    const order = await this.lookup.one(name);
    return withContext({ orderIds: [order.orderId], connection: order.connection }, async () => {
      const skus = distinct(order.snapshot.lines.map((line) => line.sku));
      if (counting === 'counted') await this.listings.ensure(order.connection, skus);
      const outcome = await this.orders.decide(order._id, counting);
      if (outcome?.toDeliver) this.jobQueue.send('orders', [order._id]);
      return answerOf(outcome, order);
    });
  }

  private async observe(
    order: OrderDoc,
    shown: Awaited<ReturnType<OrderActions['reread']>> & object,
  ): Promise<OrderOutcome> {
    await this.listings.ensure(
      order.connection,
      shown.lines.map((line) => line.sku),
    );
    return this.orders.observe(order.connection, shown, {
      at: new Date(),
      correlationId: currentContext().correlationIds[0],
    });
  }

  private async reread({ connection, orderId, snapshot }: OrderDoc) {
    const bound = this.connections.channel(connection);
    if (!bound?.connector.fetchOrder) return null;
    try {
      return await bound.connector.fetchOrder(snapshot.ref ?? orderId, bound.connection);
    } catch (error) {
      const { reason } = await this.failures.decide(connection, error);
      throw new UnavailableError('problems.unavailable.order', { connection, reason });
    }
  }

  /** A delivery whose name was taken asks the ERP again; the alert opens again if nothing has changed there. */
  private async reschedule(order: OrderDoc): Promise<void> {
    const met = order.transfers.some((transfer) => transfer.state === 'conflict');
    const current = met ? await this.repository.find(order._id) : null;
    if (current) {
      const transfers = current.transfers.map((transfer) =>
        transfer.state === 'conflict' ? { ...transfer, state: 'named' as const } : transfer,
      );
      await this.repository.storeErp(current, { transfers });
      await this.alerts.close('delivery_conflict', order._id);
    }
    await this.repository.takeUpAgain(order._id);
  }

  private whyNot({ connection }: OrderDoc): string {
    const bound = this.connections.channel(connection);
    if (!bound) return `${connection} is not configured`;
    return bound.connector.fetchOrder ? `${connection} does not have it` : `${connection} cannot be asked for orders`;
  }
}

function answerOf(outcome: OrderOutcome | null, before: OrderDoc): OrderAnswer {
  const order = outcome?.order ?? before;
  const open = order.holds.filter(isActive);
  return {
    id: order._id,
    orderId: order.orderId,
    status: order.snapshot.status,
    result: outcome?.result ?? 'unchanged',
    held: open.map(({ sku, warehouse, units }) => ({ sku, warehouse, units })),
    unmapped: order.unmapped ?? [],
    working: outcome?.toDeliver ?? false,
  };
}
