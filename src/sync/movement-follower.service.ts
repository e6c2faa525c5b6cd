import { Injectable } from '@nestjs/common';
import { AlertsService } from '../alerts/alerts.service.js';
import { ListingsRepository, type ListingChange } from '../connectors/listings.repository.js';
import { type Movement } from '../stock/ledger.types.js';
import { MovementListener } from '../stock/movement-listener.js';
import { PumpHints } from './pump-hints.service.js';

/** Every movement, whatever its cause, makes its SKU's listings due. */
@Injectable()
export class MovementFollower extends MovementListener {
  constructor(
    private readonly listings: ListingsRepository,
    private readonly pumps: PumpHints,
    private readonly alerts: AlertsService,
  ) {
    super();
  }

  async onMoved(movements: readonly Movement[]): Promise<void> {
    const connections = await this.listings.want(movements.map(changeOf));
    this.pumps.wake(connections);
    await this.alertOversold(movements);
  }

  private async alertOversold(movements: readonly Movement[]): Promise<void> {
    const newest = new Map(movements.map((movement) => [movement.entry, movement]));
    // Of several movements at once any one may be what brought it back.
    const wasBelow = new Set(movements.filter((movement) => availableBefore(movement) < 0).map((movement) => movement.entry));
    for (const movement of newest.values()) {
      const available = movement.quantity - movement.reserved;
      if (available < 0 && movement.place > 1) {
        await this.alerts.raise('oversold', movement.sku, `${-available} more promised than there is in ${movement.warehouse}`);
      } else if (wasBelow.has(movement.entry)) {
        await this.alerts.close('oversold', movement.sku);
      }
    }
  }
}

function availableBefore({ quantity, reserved, quantityDelta, reservedDelta }: Movement): number {
  return quantity - quantityDelta - (reserved - reservedDelta);
}

function changeOf({ sku, cause, kind }: Movement): ListingChange {
  return {
    sku,
    cause: {
      ...(cause.orderId === undefined ? {} : { orderId: cause.orderId }),
      ...(cause.correlationId === undefined ? {} : { correlationId: cause.correlationId }),
    },
    // Who sells, or takes a sale back, changes its own number, to what we cannot know. That the goods leave changes nothing there.
    ...(cause.type === 'order' && cause.connection !== undefined && kind !== 'commit' ? { soldAt: cause.connection } : {}),
  };
}
