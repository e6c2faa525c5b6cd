import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { Batcher } from '../common/batcher.js';
import { Marks, requestAgain } from '../common/mongo/mark.js';
import { insertNew, native } from '../common/mongo/native.js';
import { type OrderSnapshot } from '../orders/order-snapshot.js';
import { isSold } from '../orders/planner.js';
import { PendingOrders, type PendingOrder } from '../publishing/pending-orders.js';
import { WebhookEvent } from './schemas.js';

/** More are not looked at one by one: so many wait in a rush only, in which every listing is told again anyway. */
const MOST_WAITING = 2_000;
const GROUP = { maxItems: 200, waitMs: 2 };
const KEPT_MS = 60 * 24 * 3_600_000;

@Injectable()
export class EventsRepository extends PendingOrders {
  readonly handle: Marks<WebhookEvent>;
  private readonly collection: mongo.Collection<WebhookEvent>;
  private readonly inserts = new Batcher<WebhookEvent, boolean>((events) => insertNew(this.collection, events), GROUP);
  private readonly repeats = new Batcher<{ id: string; rearm: boolean }, void>(
    (group) => this.repeatGroup(group),
    GROUP,
  );
  private readonly reads = new Batcher<string, WebhookEvent | null>((ids) => this.readGroup(ids), GROUP);
  private readonly outcomes = new Batcher<{ id: string; noted: number; outcome: string }, void>(
    (group) => this.outcomeGroup(group),
    GROUP,
  );

  constructor(@InjectModel(WebhookEvent.name) model: Model<WebhookEvent>) {
    super();
    this.collection = native(model);
    this.handle = new Marks(model, 'handle');
  }

  /** Stores an event durably. False: the same bytes were stored before. */
  insert(event: WebhookEvent): Promise<boolean> {
    return this.inserts.add(event);
  }

  /** The same bytes came again. `rearm`: they may stand for a new change, so the truth is to be read once more. */
  noteRepeat(id: string, rearm: boolean): Promise<void> {
    return this.repeats.add({ id, rearm });
  }

  /** An event that nobody sent points to something anew: it is looked at once more, after this time. */
  async pointAgain(id: string, hint: WebhookEvent['hint'], delayMs: number): Promise<void> {
    const again = wantRead(delayMs);
    await this.collection.updateOne({ _id: id }, { ...again, $set: { hint }, $unset: { expireAt: '' } });
  }

  /** The versions of orders that these events point to, by event. */
  async versionsOf(ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (ids.length === 0) return new Map();
    const found = await this.collection
      .find<{ _id: string; hint: { version?: number } }>(
        { _id: { $in: [...ids] } },
        { projection: { 'hint.version': 1 } },
      )
      .toArray();
    return new Map(
      found.flatMap(({ _id, hint }) => (hint.version === undefined ? [] : [[_id, hint.version] as const])),
    );
  }

  find(id: string): Promise<WebhookEvent | null> {
    return this.reads.add(id);
  }

  /** The orders of a connection that were told and are not handled yet, each as it was told last. */
  async waiting(connection: string): Promise<readonly PendingOrder[]> {
    const open = { 'handle.due': { $exists: true }, connection, 'hint.kind': 'order' } as mongo.Filter<WebhookEvent>;
    const events = await this.collection
      .find<{ hint: { order: OrderSnapshot } }>(open, { projection: { 'hint.order': 1 } })
      .limit(MOST_WAITING)
      .toArray();
    const orders = new Map<string, OrderSnapshot>();
    for (const { hint } of events) {
      if (hint.order.version >= (orders.get(hint.order.orderId)?.version ?? -Infinity))
        orders.set(hint.order.orderId, hint.order);
    }
    return [...orders.values()].filter((order) => isSold(order.status));
  }

  /** Whether a poll has found orders of a connection that nobody has looked at yet. */
  async isReading(connection: string): Promise<boolean> {
    const open = {
      'handle.due': { $exists: true },
      connection,
      'hint.kind': 'orderRef',
      'handle.processed': 0,
    } as mongo.Filter<WebhookEvent>;
    return (await this.collection.findOne(open, { projection: { _id: 1 } })) !== null;
  }

  /** What it points to had not shown everything yet: it is looked at again after this time. */
  async lookAgain(id: string, afterMs: number): Promise<void> {
    await this.collection.updateOne({ _id: id }, wantRead(afterMs));
  }

  /** Handled as of `noted`. */
  noteOutcome(id: string, noted: number, outcome: string): Promise<void> {
    return this.outcomes.add({ id, noted, outcome });
  }

  private async repeatGroup(group: readonly { id: string; rearm: boolean }[]): Promise<void[]> {
    await this.collection.bulkWrite(
      group.map(({ id, rearm }) => {
        const again = wantRead();
        const update = rearm
          ? { ...again, $inc: { ...again.$inc, repeats: 1 }, $unset: { expireAt: '' } }
          : { $inc: { repeats: 1 } };
        return { updateOne: { filter: { _id: id }, update: update as unknown as mongo.UpdateFilter<WebhookEvent> } };
      }),
      { ordered: false },
    );
    return group.map(() => undefined);
  }

  private async readGroup(ids: readonly string[]): Promise<(WebhookEvent | null)[]> {
    const found = new Map(
      (await this.collection.find({ _id: { $in: [...ids] } }).toArray()).map((doc) => [doc._id, doc]),
    );
    return ids.map((id) => found.get(id) ?? null);
  }

  private async outcomeGroup(group: readonly { id: string; noted: number; outcome: string }[]): Promise<void[]> {
    const expireAt = new Date(Date.now() + KEPT_MS);
    const done = (noted: number) => ({
      'handle.processed': noted,
    });
    const result = await this.collection.bulkWrite(
      group.map(({ id, noted, outcome }) => ({
        updateOne: {
          filter: { _id: id, 'handle.requested': noted },
          update: {
            $set: { ...done(noted), outcome, expireAt },
            $unset: {
              'handle.since': '',
              'handle.due': '',
              'handle.attempts': '',
              'handle.error': '',
              'handle.dead': '',
            },
          } as unknown as mongo.UpdateFilter<WebhookEvent>,
        },
      })),
      { ordered: false },
    );
    if (result.matchedCount < group.length) await this.handle.settleAll(group);
    return group.map(() => undefined);
  }
}

/** The part of an update by which what an event points to is read once more, after this time. */
function wantRead(delayMs = 0) {
  const now = new Date();
  return { ...requestAgain('handle', now, delayMs), $max: { readAfter: new Date(now.getTime() + delayMs) } };
}
