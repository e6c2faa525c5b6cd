import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { Batcher } from '../common/batcher.js';
import { ConditionalWrites } from '../common/mongo/conditional-writes.js';
import { LeaseField } from '../common/mongo/lease-field.js';
import { Marks, openMark, requestAgain } from '../common/mongo/mark.js';
import { SweptMarks } from '../common/mongo/mark-sources.js';
import { insertNew, native } from '../common/mongo/native.js';
import { type OrderSnapshot } from './order-snapshot.js';
import { orderKey, type OrderDoc, type OrderState } from './order.types.js';
import { heldSkus, isUndecided } from './planner.js';
import { ORDERS_SCHEMA_VERSION, Order } from './schemas.js';

const GROUP = { maxItems: 200, waitMs: 2 };
/**
 * Above this number unrecorded orders are not examined one by one. It is reached only under overload, when
 * every listing is published again anyway.
 */
const MOST_UNRECORDED = 2_000;
const MOST_NAMED = 20;

/** The fields that a plan stores on its order. */
export interface PlannedOrder {
  readonly id: string;
  readonly connection: string;
  readonly snapshot: OrderSnapshot;
  readonly state: OrderState;
  readonly toRecord: boolean;
  readonly toDeliver: boolean;
  /** When and why it is planned again without an event; null: never. */
  readonly review: { readonly due: Date; readonly reason: string } | null;
  readonly correlationId?: string;
  readonly seenAt: Date;
}

@Injectable()
export class OrdersRepository {
  @SweptMarks({ wake: 'orders', about: { connection: 'connection', orderId: 'orderId' } })
  readonly record: Marks<Order>;
  @SweptMarks({ wake: 'orders', about: { connection: 'connection', orderId: 'orderId' } })
  readonly deliver: Marks<Order>;
  @SweptMarks({ wake: 'orders', about: { connection: 'connection', orderId: 'orderId', sku: 'unmapped' } })
  readonly review: Marks<Order>;
  /** Of one worker's ERP work. */
  readonly leases: LeaseField<Order>;
  private readonly collection: mongo.Collection<Order>;
  /** Each stored on top of the `rev` that it was made from. */
  private readonly changes: ConditionalWrites<Order>;
  private readonly inserts = new Batcher<Order, boolean>((orders) => insertNew(this.collection, orders), GROUP);
  private readonly reads = new Batcher<string, OrderDoc | null>((ids) => this.readGroup(ids), GROUP);

  constructor(@InjectModel(Order.name) model: Model<Order>) {
    this.collection = native(model);
    this.leases = new LeaseField(this.collection);
    this.changes = new ConditionalWrites(this.collection);
    this.record = new Marks(model, 'record');
    this.deliver = new Marks(model, 'deliver');
    this.review = new Marks(model, 'review');
  }

  find(id: string): Promise<OrderDoc | null> {
    return this.reads.add(id);
  }

  async findAll(ids: readonly string[]): Promise<OrderDoc[]> {
    return ids.length === 0 ? [] : this.collection.find({ _id: { $in: [...ids] } }).toArray();
  }

  /**
   * The orders that a name may mean: by internal id, else by the platform's id, else by the number that
   * the shopper sees.
   */
  async named(name: string): Promise<OrderDoc[]> {
    const slash = name.indexOf('/');
    const ids = slash < 0 ? [name] : [name, orderKey(name.slice(0, slash), name.slice(slash + 1))];
    for (const [field, names] of [
      ['_id', ids],
      ['orderId', [name]],
      ['number', [name]],
    ] as const) {
      const found = await this.collection
        .find({ [field]: { $in: names } } as mongo.Filter<Order>)
        .sort({ _id: 1 })
        .limit(MOST_NAMED)
        .toArray();
      if (found.length > 0) return found;
    }
    return [];
  }

  /** Restarts a delivery that was postponed or is dead. */
  async takeUpAgain(id: string): Promise<void> {
    const now = new Date();
    await this.collection.updateOne({ _id: id }, {
      $inc: { 'deliver.requested': 1 },
      $min: { 'deliver.since': now },
      $set: { 'deliver.due': now },
      $unset: { 'deliver.attempts': '', 'deliver.error': '', 'deliver.dead': '' },
    } as unknown as mongo.UpdateFilter<Order>);
  }

  /** Makes deliveries due that wait for stock of these SKUs. Gives back their ids. */
  async wakeShort(skus: readonly string[], reason: string): Promise<string[]> {
    const waiting = { heldSkus: { $in: [...skus] }, 'deliver.error': reason } as mongo.Filter<Order>;
    const found = await this.collection.find(waiting, { projection: { _id: 1 } }).toArray();
    const ids = found.map((order) => order._id);
    if (ids.length > 0) await this.collection.updateMany({ _id: { $in: ids } }, requestAgain('deliver'));
    return ids;
  }

  /** The orders of a connection with units of these SKUs that are reserved and not delivered. */
  async holding(connection: string, skus: readonly string[]): Promise<OrderDoc[]> {
    return this.collection.find({ heldSkus: { $in: [...skus] }, connection }).toArray();
  }

  /** The reservations and transfers of orders with units of these SKUs that were given to the ERP and are not counted. */
  async inTransfer(skus: readonly string[]): Promise<Pick<OrderDoc, 'holds' | 'transfers'>[]> {
    const filter = { heldSkus: { $in: [...skus] }, 'transfers.0': { $exists: true } } as mongo.Filter<Order>;
    return this.collection.find(filter, { projection: { holds: 1, transfers: 1 } }).toArray();
  }

  /** Whether any order of a connection holds units or has open work. Reads all of its orders. */
  async isWorking(connection: string): Promise<boolean> {
    const open = [
      { 'heldSkus.0': { $exists: true } },
      { 'record.since': { $exists: true } },
      { 'deliver.since': { $exists: true } },
    ];
    return (
      (await this.collection.findOne({ connection, $or: open } as mongo.Filter<Order>, { projection: { _id: 1 } })) !==
      null
    );
  }

  /** The orders whose delivery waits for this reason, those due first in front. */
  async waitingFor(reason: string, limit: number): Promise<OrderDoc[]> {
    const waiting = { 'deliver.due': { $exists: true }, 'deliver.error': reason } as mongo.Filter<Order>;
    return this.collection.find(waiting, { sort: { 'deliver.due': 1 }, limit }).toArray();
  }

  /** The orders of a connection whose newest plan may not be in the ledger yet. */
  async unrecorded(connection: string): Promise<OrderDoc[]> {
    return this.collection
      .find({ 'record.due': { $exists: true }, connection } as mongo.Filter<Order>)
      .limit(MOST_UNRECORDED)
      .toArray();
  }

  /** False: another worker stored this order first. */
  insert(planned: PlannedOrder): Promise<boolean> {
    const now = new Date();
    const { snapshot, state } = planned;
    return this.inserts.add({
      _id: planned.id,
      connection: planned.connection,
      orderId: snapshot.orderId,
      ...(snapshot.number === undefined ? {} : { number: snapshot.number }),
      snapshot,
      ...fieldsOf(planned),
      record: planned.toRecord ? openMark(state.rev, now) : { requested: state.rev, processed: state.rev },
      deliver: planned.toDeliver ? openMark(1, now) : { requested: 0, processed: 0 },
      ...(planned.correlationId === undefined ? {} : { correlationId: planned.correlationId }),
      seenAt: planned.seenAt,
      createdAt: now,
      updatedAt: now,
      schemaVersion: ORDERS_SCHEMA_VERSION,
    });
  }

  /** Stores a plan made on top of `rev`. False: the order changed concurrently. */
  storePlan(planned: PlannedOrder, rev: number): Promise<boolean> {
    const now = new Date();
    const deliver = planned.toDeliver ? requestAgain('deliver', now) : null;
    const record = openMark(planned.state.rev, now);
    return this.changes.write({
      _id: planned.id,
      condition: { rev },
      update: {
        $set: {
          snapshot: planned.snapshot,
          seenAt: planned.seenAt,
          ...fieldsOf(planned),
          updatedAt: now,
          ...(planned.correlationId === undefined ? {} : { correlationId: planned.correlationId }),
          ...(planned.toRecord
            ? { 'record.requested': record.requested, 'record.since': record.since, 'record.due': record.due }
            : {}),
        },
        ...deliver,
      },
    });
  }

  /** The SKUs that orders wait for. */
  async unmappedSkus(limit: number): Promise<string[]> {
    const waiting = { 'review.due': { $exists: true }, 'unmapped.0': { $exists: true } } as mongo.Filter<Order>;
    const skus: unknown[] = await this.collection.distinct('unmapped', waiting);
    return skus.filter((sku) => typeof sku === 'string').slice(0, limit);
  }

  /** Makes orders due that wait for one of these SKUs of a connection. Gives back their ids. */
  async wakeUnmapped(skus: readonly string[], connection?: string): Promise<string[]> {
    const waiting = { unmapped: { $in: [...skus] }, ...(connection === undefined ? {} : { connection }) };
    const found = await this.collection.find(waiting, { projection: { _id: 1 } }).toArray();
    const ids = found.map((order) => order._id);
    if (ids.length > 0) await this.collection.updateMany({ _id: { $in: ids } }, requestAgain('review'));
    return ids;
  }

  /** Orders about which a person must decide whether they count, a page by id. */
  async undecided(connection: string, after: string, limit: number): Promise<OrderDoc[]> {
    return this.collection
      .find({ connection, undecided: true, _id: { $gt: after } }, { sort: { _id: 1 }, limit })
      .toArray();
  }

  /**
   * Stores the result of the work in the ERP on top of `rev`. `toRecord`: the ledger must record a part of
   * it. Gives back the order with it; its marks may have been requested again since. Null: the order changed concurrently.
   */
  async storeErp(
    order: OrderDoc,
    change: Partial<Pick<OrderState, 'holds' | 'transfers' | 'lines' | 'unmapped' | 'returns'>> & {
      toRecord?: boolean;
    },
  ): Promise<OrderDoc | null> {
    const now = new Date();
    const rev = order.rev + 1;
    const holds = change.holds ?? order.holds;
    const decided = {
      rev,
      holds: [...holds],
      transfers: [...(change.transfers ?? order.transfers)],
      heldSkus: heldSkus({ holds }),
      ...(change.lines ? { lines: [...change.lines] } : {}),
      ...(change.unmapped ? { unmapped: [...change.unmapped] } : {}),
      ...(change.returns ? { returns: [...change.returns] } : {}),
      updatedAt: now,
    };
    const { since, due } = openMark(rev, now);
    const record = change.toRecord ? { 'record.requested': rev, 'record.since': since, 'record.due': due } : {};
    const isStored = await this.changes.write({
      _id: order._id,
      condition: { rev: order.rev },
      update: { $set: { ...decided, ...record } },
    });
    if (!isStored) return null;
    return {
      ...order,
      ...decided,
      ...(change.toRecord ? { record: { ...order.record, requested: rev, since, due } } : {}),
    };
  }

  private async readGroup(ids: readonly string[]): Promise<(OrderDoc | null)[]> {
    const found = new Map(
      (await this.collection.find({ _id: { $in: [...ids] } }).toArray()).map((doc) => [doc._id, doc as OrderDoc]),
    );
    return ids.map((id) => found.get(id) ?? null);
  }
}

/** The fields that a plan changes on its order. */
function fieldsOf({ state, review }: PlannedOrder) {
  const { rev, holds, transfers, lines = [], unmapped = [], returns, released, counting } = state;
  return {
    rev,
    holds: [...holds],
    transfers: [...transfers],
    lines: [...lines],
    unmapped: [...unmapped],
    heldSkus: heldSkus({ holds }),
    ...(returns ? { returns: [...returns] } : {}),
    ...(released ? { released } : {}),
    ...(counting ? { counting } : {}),
    ...(counting || lines.some((line) => line.notLive) ? { undecided: isUndecided(state) } : {}),
    // The mark opens at `since`, in the future. The sweeper moves `due` before a worker reads the order,
    // but never `since`.
    review: review
      ? { requested: rev, processed: rev - 1, since: review.due, due: review.due, error: review.reason }
      : { requested: rev, processed: rev },
  };
}
