import { Injectable } from '@nestjs/common';
import { AlertsService } from '../alerts/alerts.service.js';
import { distinct } from '../common/collections.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { ListingsRepository, type ListingChange } from '../listings/listings.repository.js';
import { EntriesRepository } from '../stock/entries.repository.js';
import { LEDGER, type Movement } from '../stock/ledger.types.js';
import { MovementListener } from '../stock/movement-listener.js';
import { PumpWakeups } from '../publishing/pump-wakeups.service.js';
import { stockAlerts } from './stock-alerts.js';
import { WaitingOrders } from './waiting-orders.service.js';

/** Marks the listings of a moved SKU to be published, and keeps the stock alerts current. */
@Injectable()
export class MovementFollower extends MovementListener {
  constructor(
    private readonly listings: ListingsRepository,
    private readonly pumps: PumpWakeups,
    private readonly alerts: AlertsService,
    private readonly entries: EntriesRepository,
    private readonly waiting: WaitingOrders,
    private readonly connections: ConnectionsService,
  ) {
    super();
  }

  async onMoved(movements: readonly Movement[]): Promise<void> {
    const connections = await this.listings.requestPublish(
      movements.map(changeOf),
      // A listing may show 0 because its number could not be used: the delivery that was counted may have been the first that could.
      ({ isTakenOff }, connection, published) =>
        !isTakenOff || published <= 0 || this.connections.sellingOf(connection)?.pushes !== 'available',
    );
    await this.waiting.known(movements.filter(isFirstWord).map((movement) => movement.sku));
    await this.waiting.arrived(
      movements.filter((movement) => movement.quantityDelta > 0).map((movement) => movement.sku),
    );
    this.pumps.wake(connections);
    await this.alertOn(movements);
  }

  private async alertOn(movements: readonly Movement[]): Promise<void> {
    const uncounted = await this.uncounted(movements);
    await this.alerts.follow(stockAlerts(movements.filter((movement) => !uncounted.has(movement.entry))));
  }

  /** Entries whose ERP was not read yet. Their quantity is unknown, so they cannot be oversold. */
  private async uncounted(movements: readonly Movement[]): Promise<Set<string>> {
    const doubtful = movements
      .filter(({ quantity, reserved }) => quantity === 0 && reserved > 0)
      .map(({ entry }) => entry);
    if (doubtful.length === 0) return new Set();
    const entries = await this.entries.byIds(distinct(doubtful));
    return new Set(
      entries.filter(({ master, observedAt }) => master !== LEDGER && observedAt === undefined).map(({ _id }) => _id),
    );
  }
}

/** The first movement, or the initial load: the SKU's quantity is known from here on. */
function isFirstWord({ seq, kind }: Movement): boolean {
  return seq === 1 || kind === 'sync_in';
}

function changeOf({ sku, cause, kind, quantityDelta, reservedDelta }: Movement): ListingChange {
  return {
    sku,
    ...(kind === 'commit' && quantityDelta === reservedDelta ? { isTakenOff: true } : {}),
    cause: {
      ...(cause.orderId === undefined ? {} : { orderId: cause.orderId }),
      ...(cause.correlationId === undefined ? {} : { correlationId: cause.correlationId }),
    },
    // A sale or its cancellation changes the platform's own number in a way that we cannot know. Shipping
    // does not change it.
    ...(cause.type === 'order' && cause.connection !== undefined && kind !== 'commit'
      ? { soldAt: cause.connection }
      : {}),
  };
}
