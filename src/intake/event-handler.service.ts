import { Injectable } from '@nestjs/common';
import { checkpoint } from '../common/checkpoint.js';
import { withContext } from '../common/context.js';
import { isOpen } from '../common/mongo/mark.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { FailurePolicy } from '../outages/failure-policy.service.js';
import { JobHandler } from '../queues/job-handler.decorator.js';
import { type JobOutcome } from '../queues/job-outcome.js';
import { type IntentKind } from '../webhook-events/intent-handler.js';
import { type WebhookEvent } from '../webhook-events/webhook-event.schema.js';
import { WebhookEventsRepository } from '../webhook-events/webhook-events.repository.js';
import { IntentHandlers } from './intent-handlers.service.js';

/** The kinds whose handlers ask the event's own platform. */
const CHANNEL_INTENTS: ReadonlySet<IntentKind> = new Set<IntentKind>(['orderRef', 'order', 'account', 'privacy']);

/** Hands a stored webhook event to the handler of its intent, and settles its mark. */
@Injectable()
export class EventHandler {
  constructor(
    private readonly events: WebhookEventsRepository,
    private readonly handlers: IntentHandlers,
    private readonly connections: ConnectionsService,
    private readonly failures: FailurePolicy,
  ) {}

  @JobHandler('inbox')
  async handle(eventId: string): Promise<JobOutcome> {
    const event = await this.events.find(eventId);
    if (!event || !isOpen(event.handle))
      return { action: 'webhook.handled', status: 'success', response: { open: false } };
    checkpoint('event.started');
    const correlationIds = event.correlationId === undefined ? [] : [event.correlationId];
    return withContext({ correlationIds, connection: event.connection }, async () => {
      try {
        const outcome = await this.handlers.of(event.intent.kind).handle(event, event.intent as never);
        await this.events.recordOutcome(eventId, event.handle.requested, outcome.action);
        checkpoint('event.handled');
        return outcome;
      } catch (error) {
        return this.postpone(event, error);
      }
    });
  }

  private async postpone(event: WebhookEvent, error: unknown): Promise<JobOutcome> {
    const { requested, attempts } = event.handle;
    const { due, reason, countsAsAttempt } = await this.failures.decide(this.askedFor(event), error, attempts);
    await this.events.handle.postpone(event._id, requested, due, reason, countsAsAttempt);
    return {
      action: 'webhook.handled',
      status: 'error',
      response: { waiting: reason, nextTry: due.toISOString() },
    };
  }

  /** The connection that a failure counts for: stock that a channel reports has the ERP observed. */
  private askedFor({ connection, intent }: WebhookEvent): string {
    if (CHANNEL_INTENTS.has(intent.kind) || this.connections.erp(connection)) return connection;
    return this.connections.erp()?.connection.id ?? connection;
  }
}
