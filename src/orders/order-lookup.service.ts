import { Injectable } from '@nestjs/common';
import { ConflictError, NotFoundError } from '../common/errors.js';
import { type OrderDoc } from './order.types.js';
import { OrdersRepository } from './orders.repository.js';

/** Finds an order by whatever somebody has of it. */
@Injectable()
export class OrderLookup {
  constructor(private readonly orders: OrdersRepository) {}

  /**
   * By its internal id, its platform's id, or the number that the shopper sees; the first of these that leads anywhere.
   * @throws NotFoundError where there is none
   * @throws ConflictError where several connections have an order of that name: the error names their internal ids
   */
  async one(name: string): Promise<OrderDoc> {
    const found = await this.orders.named(name);
    const [only, another] = found;
    if (!only) throw new NotFoundError(`there is no order ${name.slice(0, 100)}`);
    if (!another) return only;
    const ids = found.map((order) => order._id);
    throw new ConflictError(
      'several-orders',
      'Several orders have this name',
      `Ask for one of them by its id: ${ids.join(', ')}`,
      { ids },
    );
  }
}
