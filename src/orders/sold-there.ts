import { type OrderSnapshot } from './order-snapshot.js';
import { type OrderDoc } from './order.types.js';
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

/**
 * SKUs of which a platform may have moved its own number between two looks at an order, though the newest plan moves nothing of their lines: also
 * those that are sold no more. A movement of a line makes what its listings show unknown by itself.
 */
export function movedWithoutUs(
  before: OrderSnapshot | null,
  { rev, holds, snapshot: now }: Pick<OrderDoc, 'rev' | 'holds' | 'snapshot'>,
): string[] {
  if (!mayHaveMovedThere(before, now)) return [];
  const moved = new Set(
    holds.filter((hold) => hold.rev === rev || hold.releaseRev === rev).map(({ lineId }) => lineId),
  );
  const lines = [...(before?.lines ?? []), ...now.lines].filter(({ lineId }) => !moved.has(lineId));
  return [...new Set(lines.map(({ sku }) => sku))];
}

/** What counts as sold, line by line, as text to compare. */
function soldUnits({ status, lines }: OrderSnapshot): string {
  if (!isSold(status)) return '';
  return lines
    .map(({ lineId, quantity }) => `${lineId}\n${quantity}`)
    .sort()
    .join('\n');
}
