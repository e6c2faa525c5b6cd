import { type StockState } from '../../commands/entry-masters.service.js';
import { LEDGER } from '../../stock/ledger.types.js';
import { type ImportLine, type LineOutcome, type SoundLine } from './import.types.js';

/** Whether the form of a line is right. */
export function isSound(line: ImportLine): line is SoundLine {
  return line.outcome !== 'wrong';
}

/** The outcome of a line, given the stock. Pure. */
export function checkStockState(line: SoundLine, { entry, master }: StockState): ImportLine {
  const { mode, quantity } = line;
  const before = entry?.quantity ?? 0;
  const after = mode === 'absolute' ? quantity : before + quantity;
  const came = (outcome: LineOutcome): ImportLine => ({ ...line, outcome, before, after });
  const not = (outcome: LineOutcome, field: string, expected: string): ImportLine => ({
    ...line,
    outcome,
    before,
    problems: [{ field, expected }],
  });
  if (entry && mode === 'absolute' && quantity === before) return came('unchanged');
  if (master !== LEDGER)
    return not(
      'refused',
      'sku',
      entry
        ? `must be counted in ${master}, which decides how much of it there is`
        : `must be known here: ${master} decides about this warehouse; with master=${LEDGER} the file begins to count it here`,
    );
  if (mode === 'absolute') {
    return quantity < 0
      ? not('wrong', 'quantity', 'must be 0 or more: an absolute quantity is what is there')
      : came(entry ? 'changed' : 'created');
  }
  if (!entry) return not('wrong', 'sku', 'must be known for a delta: nobody has counted it there');
  const available = Math.max(0, entry.available);
  return quantity < 0 && -quantity > available
    ? not('wrong', 'quantity', `must take ${available} at most: so much is available`)
    : came('changed');
}
