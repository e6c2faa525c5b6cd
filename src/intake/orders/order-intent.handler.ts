import { Injectable } from '@nestjs/common';
import { ConnectionsService } from '../../connections/connections.service.js';
import { orderKey } from '../../orders/order.types.js';
import { OrdersRepository } from '../../orders/orders.repository.js';
import { type JobOutcome } from '../../queues/job-outcome.js';
import { HandlesIntent, type IntentHandler, type IntentOf } from '../../webhook-events/intent-handler.js';
import { type WebhookEvent } from '../../webhook-events/webhook-event.schema.js';
import { OrderReader } from './order-reader.service.js';

/**
 * A webhook that carried a whole order. An order that was read from its platform before is read again: its body is then only a reason to read.
 * What the platform does not know, such as that it was confirmed or paid, is taken from the body.
 */
@Injectable()
@HandlesIntent(['order'])
export class OrderIntentHandler implements IntentHandler<'order'> {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly orders: OrdersRepository,
    private readonly reader: OrderReader,
  ) {}

  async handle(event: WebhookEvent, { order }: IntentOf<'order'>): Promise<JobOutcome> {
    const bound = this.connections.channel(event.connection);
    if (!bound?.connector.fetchOrder) return this.reader.recordBody(event, order);
    const known = await this.orders.find(orderKey(event.connection, order.orderId));
    if (known?.snapshot.ref === undefined) return this.reader.recordBody(event, order);
    return this.reader.read(event, { orderId: known.snapshot.ref }, order);
  }
}
