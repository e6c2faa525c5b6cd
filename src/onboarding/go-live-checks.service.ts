import { Injectable } from '@nestjs/common';
import { distinct } from '../common/collections.js';
import { ConflictError, InvalidInputError } from '../common/errors.js';
import { ConnectionSettings } from '../connections/connection-settings.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { ListingsRepository } from '../listings/listings.repository.js';
import { PendingOrders } from '../webhook-events/pending-orders.repository.js';

/** Refuses a change of mode that a connection is not ready for. */
@Injectable()
export class GoLiveChecks {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly settings: ConnectionSettings,
    private readonly listings: ListingsRepository,
    private readonly pendingOrders: PendingOrders,
  ) {}

  /** @throws ConflictError while it is suspended or paused, or where the environment allows less */
  async checkUsable(id: string, mode: 'live' | 'stopped'): Promise<void> {
    const limit = this.settings.publishingLimit;
    if (limit === 'shadow' || (limit === 'stopped' && mode === 'live'))
      throw new ConflictError('problems.held-back.detail', { limit, mode });
    if ((await this.connections.blockedUntil(id)) === 'paused')
      throw new ConflictError('problems.paused.detail', { connection: id });
  }

  /** A decision about open orders needs all of them. @throws ConflictError until its orders are read */
  async checkOrdersRead(id: string): Promise<void> {
    const bound = this.connections.channel(id);
    if (!bound?.connector.changedOrders) return;
    const isPolled = (await this.connections.facts(id))?.polledAt !== undefined;
    if (!isPolled || (await this.pendingOrders.isReading(id)))
      throw new ConflictError('problems.not-read-yet.detail', { connection: id });
  }

  /** @throws InvalidInputError for SKUs that it does not sell */
  async checkSkus(id: string, skus: readonly string[]): Promise<void> {
    const known = await this.listings.findThese(id, skus);
    const sold = new Set(known.map(({ sku }) => sku));
    const unknown = distinct(skus.filter((sku) => !sold.has(sku)));
    if (unknown.length > 0)
      throw new InvalidInputError([
        { field: 'skus', expected: `must be sold by ${id}: it has no ${unknown.slice(0, 20).join(', ')}` },
      ]);
  }
}
