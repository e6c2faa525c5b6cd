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
    if (origin === 'environment') throw new ConflictError('problems.from-environment.removal', { connection: id });
    const fed = this.warehouses.all().find(({ erp }) => erp?.connection === id);
    if (fed) throw new ConflictError('problems.in-use.warehouse', { connection: id, warehouse: fed._id });
    if (await this.orders.isWorking(id)) throw new ConflictError('problems.in-use.orders', { connection: id });
    await this.changes.remove(id);
    await this.listings.forget(id);
  }
}
