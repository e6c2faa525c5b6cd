import { Injectable } from '@nestjs/common';
import { AlertsService } from '../alerts/alerts.service.js';
import { distinct } from '../common/collections.js';
import { ListingsRepository, type ListingChange } from '../listings/listings.repository.js';
import { EntriesRepository } from '../stock/entries.repository.js';
import { LEDGER, type Movement } from '../stock/ledger.types.js';
import { MovementListener } from '../stock/movement-listener.js';
import { PumpWakeups } from '../publishing/pump-wakeups.service.js';
import { stockAlerts } from './stock-alerts.js';
import { WaitingOrders } from './waiting-orders.service.js';

/** Every movement, whatever its cause, makes its SKU's listings due. */
@Injectable()
export class MovementFollower extends MovementListener {
  constructor(
    private readonly listings: ListingsRepository,
    private readonly pumps: PumpWakeups,
    private readonly alerts: AlertsService,
    private readonly entries: EntriesRepository,
    private readonly waiting: WaitingOrders,
  ) {
    super();
  }

  async onMoved(movements: readonly Movement[]): Promise<void> {
    const connections = await this.listings.requestPublish(movements.map(changeOf));
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

  /** Entries whose ERP was not read yet: nobody knows what there is, so nothing can be oversold. */
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

/** From here on it is known how much there is of it. */
function isFirstWord({ seq, kind }: Movement): boolean {
  return seq === 1 || kind === 'sync_in';
}

function changeOf({ sku, cause, kind }: Movement): ListingChange {
  return {
    sku,
    cause: {
      ...(cause.orderId === undefined ? {} : { orderId: cause.orderId }),
      ...(cause.correlationId === undefined ? {} : { correlationId: cause.correlationId }),
    },
    // Who sells, or takes a sale back, changes its own number, to what we cannot know. That the goods leave changes nothing there.
    ...(cause.type === 'order' && cause.connection !== undefined && kind !== 'commit'
      ? { soldAt: cause.connection }
      : {}),
  };
}
