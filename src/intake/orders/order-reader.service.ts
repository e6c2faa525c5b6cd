import { Injectable } from '@nestjs/common';
import { ConnectionsService } from '../../connections/connections.service.js';
import { type OrderSnapshot } from '../../connectors/contract.js';
import { orderKey } from '../../orders/order.types.js';
import { onTopOf } from '../../orders/same-order.js';
import { FailurePolicy } from '../../outages/failure-policy.service.js';
import { type JobOutcome } from '../../queues/job-outcome.js';
import { type IntentOf } from '../../webhook-events/intent-handler.js';
import { type WebhookEvent } from '../../webhook-events/webhook-event.schema.js';
import { WebhookEventsRepository } from '../../webhook-events/webhook-events.repository.js';
import { ageMs, mayStillAppear } from '../early-events.js';
import { OrderAlerts } from './order-alerts.service.js';
import { OrderRecorder } from './order-recorder.service.js';
import { RecentReads } from './recent-reads.js';
import { RETRY_AFTER_MS } from '../../config/retry-delays.js';

/** Reads an order from its platform, and records it. */
@Injectable()
export class OrderReader {
  private readonly reads = new RecentReads();

  constructor(
    private readonly connections: ConnectionsService,
    private readonly events: WebhookEventsRepository,
    private readonly failures: FailurePolicy,
    private readonly alerts: OrderAlerts,
    private readonly recorder: OrderRecorder,
  ) {}

  /**
   * `body`: the order as the webhook carried it. It is recorded as it is where the platform does not have the order, and it completes what the
   * platform's answer lacks.
   */
  async read(
    event: WebhookEvent,
    { orderId, edited }: Omit<IntentOf<'orderRef'>, 'kind'>,
    body?: OrderSnapshot,
  ): Promise<JobOutcome> {
    const bound = this.connections.channel(event.connection);
    const read = { key: orderKey(event.connection, orderId), edited: edited ?? false };
    if (!body && this.reads.serves(read.key, event.readAfter ?? event.receivedAt, read.edited))
      return {
        action: 'order.unchanged',
        status: 'success',
        orderIds: [orderId],
        response: { result: 'read since the webhook arrived' },
      };
    const startedAt = new Date();
    const answer = await bound?.connector.fetchOrder?.(orderId, bound.connection, edited);
    if (bound?.connector.fetchOrder) this.failures.recordSuccess(event.connection);
    if (!answer) return body ? this.recordBody(event, body) : this.missing(event, orderId);
    const { readAgainMs, attention, edit, ...snapshot } = answer;
    await this.alerts.ofAnswer(event.connection, snapshot, { attention, edit });
    const outcome = await this.recorder.record(event.connection, body ? onTopOf(body, snapshot) : snapshot, {
      at: startedAt,
      correlationId: event.correlationId,
      fromBody: false,
    });
    this.reads.record(read.key, { startedAt: startedAt.getTime(), edited: read.edited });
    // The longer the platform's answer stays incomplete, the less often it is read.
    if (readAgainMs !== undefined)
      await this.events.reschedule(
        event._id,
        Math.min(Math.max(readAgainMs, ageMs(event) / 2), RETRY_AFTER_MS.incompleteOrder),
      );
    return outcome;
  }

  /** Records the order of the webhook's body. Its sender can't be asked again, so the body is the truth. */
  recordBody({ connection, receivedAt, correlationId }: WebhookEvent, order: OrderSnapshot): Promise<JobOutcome> {
    return this.recorder.record(connection, order, { at: receivedAt, correlationId, fromBody: true });
  }

  private async missing(event: WebhookEvent, orderId: string): Promise<JobOutcome> {
    if (mayStillAppear(event)) await this.events.reschedule(event._id, RETRY_AFTER_MS.earlyEvent);
    return { action: 'order.missing', status: 'error', orderIds: [orderId], response: { found: false } };
  }
}
