import { type OrderSnapshot } from './order-snapshot.js';
import { hasAdvanced, isSold } from './planner.js';

/**
 * Whether a platform may have moved its own number of an order's SKUs between two looks at the order: it takes sales off, and may give them
 * back. An order that only went on its way, or is shown once more as it was, changed nothing there; but some take a sale off when it is paid. Pure.
 */
export function mayHaveMovedThere(before: OrderSnapshot | null, now: OrderSnapshot): boolean {
  if (before === null || soldUnits(before) !== soldUnits(now)) return true;
  if (before.version === now.version) return false;
  if (before.paid === false && now.paid !== false) return true;
  return !hasAdvanced(before.status, now.status);
}

/** What counts as sold, line by line, as text to compare. */
function soldUnits({ status, lines }: OrderSnapshot): string {
  if (!isSold(status)) return '';
  return lines
    .map(({ lineId, quantity }) => `${lineId}\n${quantity}`)
    .sort()
    .join('\n');
}
