import { type OrderSnapshot } from './order-snapshot.js';
import { isMovedBy } from './hold-state.js';
import { type OrderDoc } from './order.types.js';
import { hasAdvanced, isSold } from './planner.js';

/**
 * Whether a platform may have changed its own number of an order's SKUs between two readings: it subtracts
 * sales, and may add cancelled units again. An order that only advanced, or did not change, changes
 * nothing there, except that some platforms subtract a sale when it is paid. Pure.
 */
export function mayHaveMovedThere(before: OrderSnapshot | null, now: OrderSnapshot): boolean {
  if (before === null || soldUnits(before) !== soldUnits(now)) return true;
  if (before.version === now.version) return false;
  if (before.paid === false && now.paid !== false) return true;
  return !hasAdvanced(before.status, now.status);
}

/**
 * SKUs whose number a platform may have changed between two readings of an order, although the newest plan moves none of their lines.
 * SKUs that are no longer sold are included. A movement of a line makes the number of its listings unknown by itself.
 */
export function movedWithoutUs(
  before: OrderSnapshot | null,
  { rev, holds, snapshot: now }: Pick<OrderDoc, 'rev' | 'holds' | 'snapshot'>,
): string[] {
  if (!mayHaveMovedThere(before, now)) return [];
  const moved = new Set(holds.filter((hold) => isMovedBy(hold, rev)).map(({ lineId }) => lineId));
  const lines = [...(before?.lines ?? []), ...now.lines].filter(({ lineId }) => !moved.has(lineId));
  return [...new Set(lines.map(({ sku }) => sku))];
}

/** The sold units line by line, as text to compare. */
function soldUnits({ status, lines }: OrderSnapshot): string {
  if (!isSold(status)) return '';
  return lines
    .map(({ lineId, quantity }) => `${lineId}\n${quantity}`)
    .sort()
    .join('\n');
}
