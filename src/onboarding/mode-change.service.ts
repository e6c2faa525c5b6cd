import { Injectable } from '@nestjs/common';
import { AlertsService } from '../alerts/alerts.service.js';
import { CommandsService } from '../commands/commands.service.js';
import { KNOWN_EVERYWHERE_MS } from '../connections/connection-cache.js';
import { type ConnectionRecord } from '../connections/connection.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { IN_SHADOW } from '../fulfilment/delivery-worker.service.js';
import { ListingsRepository } from '../listings/listings.repository.js';
import { OrdersRepository } from '../orders/orders.repository.js';
import { PumpWakeups } from '../publishing/pump-wakeups.service.js';

/** Starts the work that follows when a connection changes between shadow, live and stopped. */
@Injectable()
export class ModeChange {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly listings: ListingsRepository,
    private readonly orders: OrdersRepository,
    private readonly commands: CommandsService,
    private readonly pumps: PumpWakeups,
    private readonly alerts: AlertsService,
  ) {}

  /** Marks all listings of a channel; of an ERP, wakes the deliveries and commands that waited. Returns the connection as it is now. */
  async apply(id: string): Promise<ConnectionRecord> {
    const connection = this.connections.find(id);
    if (!connection) throw new Error(`${id} is gone`);
    const isShadow = connection.publishing === 'shadow';
    if (this.connections.channel(id)) {
      await this.listings.requestPublishAll(id);
      this.pumps.wake([id]);
      this.markAgainLater(id);
    } else if (!isShadow) await Promise.all([this.orders.deliver.wake(IN_SHADOW), this.commands.takeUpHeld()]);
    if (!isShadow) await this.alerts.close('long_pause', id);
    return connection;
  }

  /**
   * Marks all listings again once every process knows the new mode: one that does not know it yet may settle a listing by the old mode.
   * After a crash the next start marks them.
   */
  private markAgainLater(id: string): void {
    const markAgain = async (): Promise<void> => {
      await this.listings.requestPublishAll(id);
      await this.connections.noteRepublished(id);
      this.pumps.wake([id]);
    };
    setTimeout(() => void markAgain().catch(() => undefined), 2 * KNOWN_EVERYWHERE_MS).unref();
  }
}
