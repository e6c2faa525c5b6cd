import { Injectable } from '@nestjs/common';
import { distinct } from '../../common/collections.js';
import { OrderNames } from '../../common/order-names.js';
import { OrdersRepository } from '../../orders/orders.repository.js';

/** Logs and movements name an order by its platform's id; people use other names, too. */
@Injectable()
export class StoredOrderNames extends OrderNames {
  constructor(private readonly orders: OrdersRepository) {
    super();
  }

  async idsOf(name: string): Promise<string[]> {
    return distinct((await this.orders.named(name)).map((order) => order.orderId));
  }
}
