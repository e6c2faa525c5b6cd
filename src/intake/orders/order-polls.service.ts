import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { errorText } from '../../common/error-text.js';
import { underLease } from '../../common/lease.js';
import { openMark } from '../../common/mongo/mark.js';
import { PeriodicTask } from '../../common/periodic-task.js';
import { timeOrderedId } from '../../common/ids.js';
import { AppConfig } from '../../config/app-config.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { type ChangedOrder, type ChannelConnector, type Connection } from '../../connectors/contract.js';
import { type Bound } from '../../connectors/registry.js';
import { orderKey } from '../../orders/order.types.js';
import { OrdersRepository } from '../../orders/orders.repository.js';
import { JobQueue } from '../../queues/job-queue.service.js';
import { FailurePolicy } from '../../outages/failure-policy.service.js';
import { WebhookEventsRepository } from '../../webhook-events/webhook-events.repository.js';
import { pollEventId } from '../../webhook-events/event-id.js';
import { WEBHOOKS_SCHEMA_VERSION } from '../../webhook-events/webhook-event.schema.js';

/** The topic of events that no webhook carried. */
const TOPIC = 'poll';
/** Platforms write times down to the second, so a change within it can be missed. */
const GRAIN_MS = 1_500;
/** How often the timer checks which connections are due. */
const CHECK_MS = 2_000;

/**
 * Polls each channel for the orders that changed: webhooks get lost, and some platforms send none. Each found order is stored as a webhook
 * event that points to it. The time of the last poll moves on only when everything that the poll found is stored.
 */
@Injectable()
export class OrderPolls implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('OrderPolls');
  private readonly task: PeriodicTask;
  /** One poll of each connection at a time. A slow platform does not delay the others. */
  private readonly running = new Map<string, Promise<void>>();
  /** When each connection is due. A new connection, or one that is no longer blocked, is due at once. */
  private readonly next = new Map<string, number>();

  constructor(
    private readonly config: AppConfig,
    private readonly connections: ConnectionsService,
    private readonly events: WebhookEventsRepository,
    private readonly orders: OrdersRepository,
    private readonly failures: FailurePolicy,
    private readonly jobQueue: JobQueue,
  ) {
    this.task = new PeriodicTask(() => this.round(), {
      everyMs: Math.min(CHECK_MS, config.values.ORDER_POLL_INTERVAL_MS),
      logger: this.logger,
      failure: 'the channels were not polled',
      byWorkersOnly: true,
    });
  }

  onApplicationBootstrap(): void {
    this.task.start(0);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.task.stop();
    await Promise.all(this.running.values());
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

  /** Never throws: the next poll begins where this one did. */
  private async pollQuietly(bound: Bound<ChannelConnector>): Promise<void> {
    const { connector, connection } = bound;
    if (!connector.changedOrders || Date.now() < (this.next.get(connection.id) ?? 0)) return;
    try {
      if (await this.connections.blockedUntil(connection.id)) return;
      this.next.set(connection.id, Date.now() + 0.9 * this.config.values.ORDER_POLL_INTERVAL_MS);
      await underLease(this.connections.lease(connection.id, 'poll'), () => this.poll(bound));
    } catch (error) {
      this.logger.warn(`the orders of ${connection.id} were not polled: ${errorText(error)}`);
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
      await this.store(connection, page?.items ?? []);
      cursor = page?.nextCursor ?? null;
    } while (cursor !== null && !this.task.stopped);
    if (this.task.stopped) return;
    await this.connections.notePolled(connection.id, startedAt);
    this.failures.recordSuccess(connection.id);
  }

  /** Requests a reading of the orders that are not known in their current version. */
  private async store({ id: connection, publishing }: Connection, changed: readonly ChangedOrder[]): Promise<void> {
    const known = await this.orders.findAll(changed.map(({ orderId }) => orderKey(connection, orderId)));
    const versions = new Map(known.map((order) => [order.orderId, order.snapshot.version]));
    // In shadow nothing counts, so an order that is over and was never known needs no reading.
    const matters = (order: ChangedOrder) => publishing !== 'shadow' || !order.over || versions.has(order.orderId);
    const newer = changed.filter(
      (order) => (versions.get(order.orderId) ?? -Infinity) < order.updatedAt && matters(order),
    );
    const sameTime = await this.notReadTwice(
      connection,
      changed.filter(({ orderId, updatedAt }) => versions.get(orderId) === updatedAt),
    );
    await this.requestReads(connection, newer);
    await this.requestReads(connection, sameTime, true);
  }

  /** An order may change twice within one second and be read in between. So each version is read once more after that second. */
  private async notReadTwice(connection: string, same: readonly ChangedOrder[]): Promise<readonly ChangedOrder[]> {
    const readTwice = await this.events.versionsOf(
      same.map(({ orderId }) => pollEventId(orderKey(connection, orderId))),
    );
    return same.filter(
      ({ orderId, updatedAt }) => readTwice.get(pollEventId(orderKey(connection, orderId))) !== updatedAt,
    );
  }

  /** `again`: these versions of the orders were read before. */
  private async requestReads(connection: string, orders: readonly ChangedOrder[], again = false): Promise<void> {
    const delayMs = again ? GRAIN_MS : 0;
    await Promise.all(orders.map((order) => this.request(connection, order, again, delayMs)));
    const jobs = orders.map(({ orderId }) => ({
      ids: [pollEventId(orderKey(connection, orderId))],
      orderIds: [orderId],
    }));
    if (jobs.length > 0) void this.jobQueue.enqueue('inbox', jobs, delayMs);
  }

  private async request(
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
