import { type AlertReport } from '../alerts/alert-writes.js';
import { groupBy } from '../common/collections.js';
import { type Movement } from '../stock/ledger.types.js';

/** The subject of a stock alert: a SKU in a warehouse. */
export function stockSubject({ sku, warehouse }: Pick<Movement, 'sku' | 'warehouse'>): string {
  return `${warehouse}/${sku}`;
}

/**
 * Alerts that a group of movements opens or closes: below zero opens one, back at zero or more closes it.
 * Pure. Only seq orders the movements of an entry, so that any process may pass them on in any order.
 */
export function stockAlerts(movements: readonly Movement[]): AlertReport[] {
  return [...groupBy(movements, (movement) => movement.entry).values()].flatMap((ofEntry) => {
    const newest = ofEntry.reduce((a, b) => (b.seq > a.seq ? b : a));
    const available = newest.quantity - newest.reserved;
    const about = { subject: stockSubject(newest), version: newest.seq, at: newest.at };
    // Any movement of the group may be the one that brought the balance back, so each is checked.
    const wasBelow = (before: (movement: Movement) => number) => ofEntry.some((movement) => before(movement) < 0);
    const reports: AlertReport[] = [];
    if (available < 0 || wasBelow(availableBefore))
      reports.push({
        kind: 'oversold',
        open: available < 0,
        detail: { code: 'alerts.oversold.detail', params: { count: -available } },
        ...about,
      });
    if (newest.quantity < 0 || wasBelow(quantityBefore))
      reports.push({
        kind: 'negative',
        open: newest.quantity < 0,
        detail: { code: 'alerts.negative.detail', params: { quantity: newest.quantity } },
        ...about,
      });
    return reports;
  });
}

function quantityBefore({ quantity, quantityDelta }: Movement): number {
  return quantity - quantityDelta;
}

function availableBefore(movement: Movement): number {
  return quantityBefore(movement) - (movement.reserved - movement.reservedDelta);
}
