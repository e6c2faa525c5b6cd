import { groupBy } from '../../src/common/collections.js';
import { type Movement } from '../../src/stock/ledger.types.js';

/** What other people made of a SKU's stock over time, oldest first: as if none of our deliveries had ever left. */
export type Bases = (sku: string) => readonly number[];

/**
 * Every state that the ledger went through, against what other people did: the quantity with what our counted deliveries took is always one
 * of `bases`, and never an older one again. So our own deliveries show neither as a dip nor as a peak. Faults as text.
 */
export function inBetweenFaults(movements: readonly Movement[], bases: Bases): string[] {
  const faults: string[] = [];
  for (const chain of groupBy(movements, (movement) => movement.entry).values()) {
    let [taken, place] = [0, 0];
    for (const movement of chain.filter(({ master }) => master !== 'ledger')) {
      if (movement.kind === 'commit') taken -= movement.reservedDelta;
      if (!chain.some(({ observed, seq }) => observed && seq <= movement.seq)) continue;
      const series = bases(movement.sku);
      const found = series.indexOf(movement.quantity + taken, place);
      if (found >= 0) place = found;
      else
        faults.push(
          `${movement._id} (${movement.kind}): ${movement.quantity} and ${taken} taken by us, but others left ${series.slice(place).join(', ')}`,
        );
    }
  }
  return faults;
}
