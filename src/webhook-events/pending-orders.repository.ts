import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { native } from '../common/mongo/native.js';
import { type OrderSnapshot } from '../orders/order-snapshot.js';
import { isSold } from '../orders/planner.js';
import { WebhookEvent } from './webhook-event.schema.js';

/** The most events that one answer reads. More are open only under overload, and then every listing is published again anyway. */
const MAX_EVENTS = 2_000;

/** A sale that a webhook carried and that is not planned yet, line by line. */
export interface PendingOrder {
  readonly orderId: string;
  readonly version: number;
  readonly lines: readonly { readonly lineId: string; readonly sku: string; readonly quantity: number }[];
}

/** The orders in webhook events that are not handled yet. */
@Injectable()
export class PendingOrders {
  private readonly events: mongo.Collection<WebhookEvent>;

  constructor(@InjectModel(WebhookEvent.name) model: Model<WebhookEvent>) {
    this.events = native(model);
  }

  /** The sold orders of a connection that wait to be planned, each in its newest version. */
  async waiting(connection: string): Promise<readonly PendingOrder[]> {
    const open = { 'handle.due': { $exists: true }, connection, 'intent.kind': 'order' } as mongo.Filter<WebhookEvent>;
    const events = await this.events
      .find<{ intent: { order: OrderSnapshot } }>(open, { projection: { 'intent.order': 1 } })
      .limit(MAX_EVENTS)
      .toArray();
    const orders = new Map<string, OrderSnapshot>();
    for (const { intent } of events) {
      if (intent.order.version >= (orders.get(intent.order.orderId)?.version ?? -Infinity))
        orders.set(intent.order.orderId, intent.order);
    }
    return [...orders.values()].filter((order) => isSold(order.status));
  }

  /** Whether a poll found orders of a connection that were never read from its platform. */
  async isReading(connection: string): Promise<boolean> {
    const open = {
      'handle.due': { $exists: true },
      connection,
      'intent.kind': 'orderRef',
      'handle.processed': 0,
    } as mongo.Filter<WebhookEvent>;
    return (await this.events.findOne(open, { projection: { _id: 1 } })) !== null;
  }
}
