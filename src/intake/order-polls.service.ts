import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { errorText } from '../common/error-text.js';
import { pollEventId } from '../webhook-events/event-id.js';
import { underLease } from '../common/lease.js';
import { openMark } from '../common/mongo/mark.js';
import { timeOrderedId } from '../common/ids.js';
import { AppConfig } from '../config/app-config.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { type ChangedOrder, type ChannelConnector, type Connection } from '../connectors/contract.js';
import { type Bound } from '../connectors/registry.js';
import { orderKey } from '../orders/order.types.js';
import { OrdersRepository } from '../orders/orders.repository.js';
import { JobQueue } from '../queues/job-queue.service.js';
import { FailurePolicy } from '../outages/failure-policy.service.js';
import { WebhookEventsRepository } from '../webhook-events/webhook-events.repository.js';
import { WEBHOOKS_SCHEMA_VERSION } from '../webhook-events/webhook-event.schema.js';

/** The topic of orders found by a poll. */
const TOPIC = 'poll';
/** Platforms state times in seconds. */
const GRAIN_MS = 1_500;
/** How often the due polls are checked. */
const LOOK_MS = 2_000;

/**
 * Polls each channel for changed orders: webhooks get lost, and some platforms send none. A changed order
 * is handled like one in a webhook. The position advances only when a whole round is stored.
 */
@Injectable()
export class OrderPolls implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('OrderPolls');
  private timer: NodeJS.Timeout | null = null;
  /** One poll for each connection at a time, so that a slow platform does not delay the others. */
  private readonly running = new Map<string, Promise<void>>();
  private stopped = false;
  /** When each connection is polled next. A new or resumed one is polled at once. */
  private readonly next = new Map<string, number>();

  constructor(
    private readonly config: AppConfig,
    private readonly connections: ConnectionsService,
    private readonly events: WebhookEventsRepository,
    private readonly orders: OrdersRepository,
    private readonly failures: FailurePolicy,
    private readonly jobQueue: JobQueue,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule(0);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await Promise.all(this.running.values());
  }

  private schedule(delayMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.round();
      this.schedule(Math.min(LOOK_MS, this.config.values.ORDER_POLL_INTERVAL_MS));
    }, delayMs);
    this.timer.unref();
  }

  private round(): void {
    for (const bound of this.connections.channels()) {
      const { id } = bound.connection;
      if (!this.running.has(id))
        this.running.set(
          id,
          this.pollQuietly(bound).finally(() => this.running.delete(id)),
        );
    }
  }

  /** Never throws: the next round begins where this one did. */
  private async pollQuietly(bound: Bound<ChannelConnector>): Promise<void> {
    const { connector, connection } = bound;
    if (!connector.changedOrders || Date.now() < (this.next.get(connection.id) ?? 0)) return;
    try {
      if (await this.connections.blockedUntil(connection.id)) return;
      this.next.set(connection.id, Date.now() + 0.9 * this.config.values.ORDER_POLL_INTERVAL_MS);
      const leases = {
        claim: (owner: string, until: Date) => this.connections.claim(connection.id, 'poll', owner, until),
        unclaim: (owner: string) => this.connections.unclaim(connection.id, 'poll', owner),
      };
      await underLease(leases, () => this.poll(bound));
    } catch (error) {
      this.logger.warn(`the orders of ${connection.id} were not asked for: ${errorText(error)}`);
      await this.failures.decide(connection.id, error).catch(() => undefined);
    }
  }

  private async poll({ connector, connection }: Bound<ChannelConnector>): Promise<void> {
    const startedAt = new Date();
    const since = await this.connections.polledSince(connection.id, startedAt);
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<NonNullable<ChannelConnector['changedOrders']>>> | undefined =
        await connector.changedOrders?.(since, cursor, connection);
      await this.note(connection, page?.items ?? []);
      cursor = page?.nextCursor ?? null;
    } while (cursor !== null && !this.stopped);
    if (this.stopped) return;
    await this.connections.notePolled(connection.id, startedAt);
    this.failures.recordSuccess(connection.id);
  }

  /** An order that is known in its current version is skipped. */
  private async note({ id: connection, publishing }: Connection, changed: readonly ChangedOrder[]): Promise<void> {
    const known = await this.orders.findAll(changed.map(({ orderId }) => orderKey(connection, orderId)));
    const versions = new Map(known.map((order) => [order.orderId, order.snapshot.version]));
    // In shadow no order counts, so one that is over and unknown is skipped.
    const matters = (order: ChangedOrder) => publishing !== 'shadow' || !order.over || versions.has(order.orderId);
    const news = changed.filter(
      (order) => (versions.get(order.orderId) ?? -Infinity) < order.updatedAt && matters(order),
    );
    const grained = await this.notLookedAtTwice(
      connection,
      changed.filter(({ orderId, updatedAt }) => versions.get(orderId) === updatedAt),
    );
    await this.lookAt(connection, news);
    await this.lookAt(connection, grained, true);
  }

  /**
   * An order may change twice within the resolution of its platform's clock, and be read in between: each
   * version is read once more after that.
   */
  private async notLookedAtTwice(connection: string, same: readonly ChangedOrder[]): Promise<readonly ChangedOrder[]> {
    const looked = await this.events.versionsOf(same.map(({ orderId }) => pollEventId(orderKey(connection, orderId))));
    return same.filter(
      ({ orderId, updatedAt }) => looked.get(pollEventId(orderKey(connection, orderId))) !== updatedAt,
    );
  }

  /** `again`: these versions of the orders were read before. */
  private async lookAt(connection: string, orders: readonly ChangedOrder[], again = false): Promise<void> {
    const delayMs = again ? GRAIN_MS : 0;
    await Promise.all(orders.map((order) => this.store(connection, order, again, delayMs)));
    const jobs = orders.map(({ orderId }) => ({
      ids: [pollEventId(orderKey(connection, orderId))],
      orderIds: [orderId],
    }));
    if (jobs.length > 0) void this.jobQueue.enqueue('inbox', jobs, delayMs);
  }

  private async store(
    connection: string,
    { orderId, ref = orderId, updatedAt: version }: ChangedOrder,
    again: boolean,
    delayMs: number,
  ): Promise<void> {
    const _id = pollEventId(orderKey(connection, orderId));
    const intent = { kind: 'orderRef' as const, orderId: ref, ...(again && { version }) };
    const fresh = await this.events.insert({
      _id,
      connection,
      topic: TOPIC,
      intent,
      bytes: 0,
      receivedAt: new Date(),
      repeats: 0,
      correlationId: timeOrderedId(),
      handle: openMark(),
      schemaVersion: WEBHOOKS_SCHEMA_VERSION,
    });
    if (!fresh) await this.events.reopen(_id, intent, delayMs);
  }
}
