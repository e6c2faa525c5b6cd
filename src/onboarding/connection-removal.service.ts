import { Injectable } from '@nestjs/common';
import { ConflictError } from '../common/errors.js';
import { ConnectionChanges } from '../connections/connection-changes.service.js';
import { WarehousesService } from '../connections/warehouses/warehouses.service.js';
import { ListingsRepository } from '../listings/listings.repository.js';
import { OrdersRepository } from '../orders/orders.repository.js';
import { ConnectionSetup } from './connection-setup.service.js';

/** Removes connections. */
@Injectable()
export class ConnectionRemoval {
  constructor(
    private readonly setup: ConnectionSetup,
    private readonly changes: ConnectionChanges,
    private readonly warehouses: WarehousesService,
    private readonly orders: OrdersRepository,
    private readonly listings: ListingsRepository,
  ) {}

  /**
   * Forgets its credentials and its listings. Its orders and their movements stay.
   * @throws ConflictError while its orders are open, or while it is the master of a warehouse
   */
  async remove(id: string): Promise<void> {
    const { origin } = this.setup.known(id);
    if (origin === 'environment')
      throw new ConflictError(
        'from-environment',
        'The environment describes it',
        `${id} goes when its variables are removed`,
      );
    const fed = this.warehouses.all().find(({ erp }) => erp?.connection === id);
    if (fed)
      throw new ConflictError(
        'in-use',
        'A warehouse depends on it',
        `${id} decides what is in ${fed._id}: give that one another master first`,
      );
    if (await this.orders.isWorking(id))
      throw new ConflictError(
        'in-use',
        'Its orders are not finished',
        `Orders of ${id} still hold units or wait for a delivery: see GET /orders?connection=${id}&waiting=true`,
      );
    await this.changes.remove(id);
    await this.listings.forget(id);
  }
}
