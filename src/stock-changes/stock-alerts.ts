import { type AlertReport } from '../alerts/alert-writes.js';
import { groupBy } from '../common/collections.js';
import { type Movement } from '../stock/ledger.types.js';

/** What a stock alert is about: a SKU in a warehouse. */
export function stockSubject({ sku, warehouse }: Pick<Movement, 'sku' | 'warehouse'>): string {
  return `${warehouse}/${sku}`;
}

/**
 * What movements say of the alerts on their entries: opened by what goes below zero, closed by what brings it back. Pure. Order is by seq,
 * so that movements of one entry may be told in any order, by any process.
 */
export function stockAlerts(movements: readonly Movement[]): AlertReport[] {
  return [...groupBy(movements, (movement) => movement.entry).values()].flatMap((ofEntry) => {
    const newest = ofEntry.reduce((a, b) => (b.seq > a.seq ? b : a));
    const available = newest.quantity - newest.reserved;
    const about = { subject: stockSubject(newest), version: newest.seq, at: newest.at };
    // Of several movements at once any one may be what brought it back.
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
