import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { groupBy } from '../../common/collections.js';
import { type TimePlace } from '../../common/cursor.js';
import { native } from '../../common/mongo/native.js';
import { newestFirst, type TimePage } from '../../common/mongo/newest-first.js';
import { type OrderStatus } from '../../orders/order-snapshot.js';
import { Order } from '../../orders/schemas.js';
import { StockEntry, StockMovement } from '../../stock/schemas.js';

export interface OrderFilter {
  readonly connection?: string | undefined;
  readonly status?: OrderStatus | undefined;
  readonly sku?: string | undefined;
  readonly waiting?: boolean | undefined;
  readonly unmapped?: boolean | undefined;
  readonly oversold?: boolean | undefined;
  /** First seen at this time or later. */
  readonly since?: Date | undefined;
}

const MARKS = ['record', 'deliver', 'review'] as const;
const MOST_OVERSOLD = 1_000;

/** Reads orders; writes nothing. */
@Injectable()
export class OrdersPageRepository {
  private readonly orders: mongo.Collection<Order>;
  private readonly entries: mongo.Collection<StockEntry>;
  private readonly movements: mongo.Collection<StockMovement>;

  constructor(
    @InjectModel(Order.name) orders: Model<Order>,
    @InjectModel(StockEntry.name) entries: Model<StockEntry>,
    @InjectModel(StockMovement.name) movements: Model<StockMovement>,
  ) {
    this.orders = native(orders);
    this.entries = native(entries);
    this.movements = native(movements);
  }

  /**
   * One page, newest first. Waiting, unmapped and oversold orders are few, and found by the indexes on the
   * marks, on `unmapped` and on `heldSkus`. All others are read in growing spans of time, by the index on
   * `createdAt`.
   */
  async page(filter: OrderFilter, after: TimePlace | undefined, limit: number): Promise<TimePage<Order>> {
    const { waiting, unmapped, oversold, since } = filter;
    const oversoldHolds = oversold ? await this.oversoldHolds() : null;
    if (oversoldHolds?.length === 0) return { docs: [], next: null };
    return newestFirst(this.orders, {
      timeField: 'createdAt',
      filter: {
        $and: [
          propertiesOf(filter),
          waiting
            ? { $or: MARKS.flatMap((mark) => [{ [`${mark}.due`]: { $exists: true } }, { [`${mark}.dead`]: true }]) }
            : {},
          unmapped ? { unmapped: { $gt: '' } } : {},
          oversoldHolds ? { $or: oversoldHolds } : {},
        ],
      },
      since,
      after,
      limit,
      selective: Boolean(waiting || unmapped || oversold),
    });
  }

  /** The movements of an order, in the order of ids: entry by entry, by seq. By the index on cause and order. */
  async movementsOf(
    { connection, orderId }: Pick<Order, 'connection' | 'orderId'>,
    limit: number,
  ): Promise<StockMovement[]> {
    return this.movements
      .find({ 'cause.connection': connection, 'cause.orderId': orderId } as mongo.Filter<StockMovement>, {
        sort: { _id: -1 },
        limit,
      })
      .toArray();
  }

  /** Open holds of oversold entries, one condition for each warehouse. */
  private async oversoldHolds(): Promise<object[]> {
    const below = await this.entries
      .find({ available: { $lt: 0 } }, { projection: { sku: 1, warehouse: 1 }, limit: MOST_OVERSOLD })
      .toArray();
    return [...groupBy(below, (entry) => entry.warehouse)].map(([warehouse, ofWarehouse]) => {
      const skus = { $in: ofWarehouse.map((entry) => entry.sku) };
      return { heldSkus: skus, holds: { $elemMatch: { warehouse, sku: skus, ended: { $exists: false } } } };
    });
  }
}

function propertiesOf({ connection, status, sku }: OrderFilter): object {
  return {
    ...(connection === undefined ? {} : { connection }),
    ...(status === undefined ? {} : { 'snapshot.status': status }),
    ...(sku === undefined ? {} : { $or: [{ 'snapshot.lines.sku': sku }, { 'holds.sku': sku }] }),
  };
}
