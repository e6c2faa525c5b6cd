import { Injectable } from '@nestjs/common';
import { ConflictError, NotFoundError } from '../common/errors.js';
import { type OrderDoc } from './order.types.js';
import { OrdersRepository } from './orders.repository.js';

/** Finds an order by any of its names. */
@Injectable()
export class OrderLookup {
  constructor(private readonly orders: OrdersRepository) {}

  /**
   * Tries the internal id, then the platform's id, then the number that the shopper sees.
   * @throws NotFoundError when no order has this name
   * @throws ConflictError when several connections have an order of that name; the error names their
   * internal ids
   */
  async one(name: string): Promise<OrderDoc> {
    const found = await this.orders.named(name);
    const [only, another] = found;
    if (!only) throw new NotFoundError('problems.not-found.order', { order: name.slice(0, 100) });
    if (!another) return only;
    const ids = found.map((order) => order._id);
    throw new ConflictError('problems.several-orders.detail', { ids: ids.join(', ') }, { ids });
  }
}
