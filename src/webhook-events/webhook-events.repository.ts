import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { Batcher } from '../common/batcher.js';
import { groupBy } from '../common/collections.js';
import { closing, Marks, requestAgain } from '../common/mongo/mark.js';
import { SweptMarks } from '../common/mongo/mark-sources.js';
import { insertNew, native, throughConflicts } from '../common/mongo/native.js';
import { expiryOf } from '../config/retention.js';
import { type ReasonCode } from '../words/core-words.js';
import { WebhookEvent } from './webhook-event.schema.js';

const GROUP = { maxItems: 200, waitMs: 2 };

interface Repeat {
  readonly id: string;
  readonly rearm: boolean;
}

interface Outcome {
  readonly id: string;
  /** The requested version of the mark before the platform was read. */
  readonly noted: number;
  readonly outcome: string;
}

/** Stores webhook events and their marks. Calls that come within a few milliseconds share one command. */
@Injectable()
export class WebhookEventsRepository {
  @SweptMarks({
    wake: 'inbox',
    about: { connection: 'connection', orderId: 'intent.order.orderId', sku: 'intent.sku' },
  })
  readonly handle: Marks<WebhookEvent>;
  private readonly collection: mongo.Collection<WebhookEvent>;
  private readonly inserts = new Batcher<WebhookEvent, boolean>((events) => insertNew(this.collection, events), GROUP);
  private readonly repeats = new Batcher<Repeat, void>((group) => this.repeatGroup(group), GROUP);
  private readonly reads = new Batcher<string, WebhookEvent | null>((ids) => this.readGroup(ids), GROUP);
  private readonly outcomes = new Batcher<Outcome, void>((group) => this.outcomeGroup(group), GROUP);

  constructor(@InjectModel(WebhookEvent.name) model: Model<WebhookEvent>) {
    this.collection = native(model);
    this.handle = new Marks(model, 'handle');
  }

  /** Stores an event durably. False: the same bytes were stored before. */
  insert(event: WebhookEvent): Promise<boolean> {
    return this.inserts.add(event);
  }

  /**
   * Counts a repeat of the same bytes. `rearm`: they may stand for a new change, so the platform must be
   * read again.
   */
  recordRepeat(id: string, rearm: boolean): Promise<void> {
    return this.repeats.add({ id, rearm });
  }

  /** Gives a poll's event another intent and opens it again, after `delayMs`. */
  async reopen(id: string, intent: WebhookEvent['intent'], delayMs: number): Promise<void> {
    const again = readAgain(delayMs);
    await this.collection.updateOne({ _id: id }, { ...again, $set: { intent }, $unset: { expireAt: '' } });
  }

  /** The versions of orders that these events point to, by event. */
  async versionsOf(ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (ids.length === 0) return new Map();
    const found = await this.collection
      .find<{ _id: string; intent: { version?: number } }>(
        { _id: { $in: [...ids] } },
        { projection: { 'intent.version': 1 } },
      )
      .toArray();
    return new Map(
      found.flatMap(({ _id, intent }) => (intent.version === undefined ? [] : [[_id, intent.version] as const])),
    );
  }

  find(id: string): Promise<WebhookEvent | null> {
    return this.reads.add(id);
  }

  /** Opens the event again after `afterMs`, because the platform did not show everything yet. */
  async reschedule(id: string, afterMs: number): Promise<void> {
    const error: ReasonCode = 'reasons.read_again';
    const again = { ...readAgain(afterMs), $set: { 'handle.error': error } };
    await this.collection.updateOne({ _id: id }, again);
  }

  /** Closes the event's mark, unless it was requested again after `noted`. */
  recordOutcome(id: string, noted: number, outcome: string): Promise<void> {
    return this.outcomes.add({ id, noted, outcome });
  }

  private async repeatGroup(group: readonly Repeat[]): Promise<void[]> {
    await this.collection.bulkWrite(
      group.map(({ id, rearm }) => {
        const again = readAgain();
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

  private async outcomeGroup(group: readonly Outcome[]): Promise<void[]> {
    const expireAt = expiryOf('EVENT_TTL_DAYS');
    const alike = groupBy(group, ({ noted, outcome }) => `${noted} ${outcome}`);
    const closed = await Promise.all(
      [...alike.values()].map(async (same) => {
        const [{ noted, outcome } = { noted: 0, outcome: '' }] = same;
        const unchanged = { _id: { $in: same.map(({ id }) => id) }, 'handle.requested': noted };
        const update = { $set: { 'handle.processed': noted, outcome, expireAt }, $unset: closing('handle') };
        return throughConflicts(() =>
          this.collection.updateMany(unchanged, update as unknown as mongo.UpdateFilter<WebhookEvent>),
        );
      }),
    );
    const count = closed.reduce((sum, { matchedCount }) => sum + matchedCount, 0);
    if (count < group.length) await this.handle.settleAll(group);
    return group.map(() => undefined);
  }
}

/** The part of an update that requests another read of the platform after `delayMs`. */
function readAgain(delayMs = 0) {
  const now = new Date();
  return { ...requestAgain('handle', now, delayMs), $max: { readAfter: new Date(now.getTime() + delayMs) } };
}
