import { groupBy } from '../../common/collections.js';
import { type FieldProblem } from '../../common/errors.js';
import { entryId } from '../../stock/entry-id.js';
import { type AdjustMode } from '../command.types.js';

/** The most units of a line, and of the sum of one entry's lines. */
export const MAX_ADJUST_UNITS = 1_000_000_000;

export interface AskedLine {
  readonly sku: string;
  readonly warehouse: string;
  readonly mode: AdjustMode;
  readonly quantity: number;
}

/** The sum of a command's lines for one entry. */
export interface FoldedLine extends AskedLine {
  /** The positions of its lines in the request, from 0. */
  readonly positions: readonly number[];
}

export interface Folded {
  readonly lines: readonly FoldedLine[];
  readonly problems: readonly FieldProblem[];
}

/**
 * The lines of one command, one for each entry, in the order in which the entries first appear:
 * differences are summed. Pure.
 * @param field names a field of a line: `lines[2].quantity`
 */
export function foldLines(asked: readonly AskedLine[], field: (position: number, name: string) => string): Folded {
  const problems: FieldProblem[] = [];
  const lines: FoldedLine[] = [];
  const numbered = asked.map((line, position) => ({ ...line, position }));
  for (const { mode, quantity, position } of numbered) {
    const expected = quantityProblem(mode, quantity);
    if (expected) problems.push({ field: field(position, 'quantity'), expected });
  }
  for (const group of groupBy(numbered, ({ sku, warehouse }) => entryId(sku, warehouse)).values()) {
    const [first] = group;
    if (!first) continue;
    const positions = group.map(({ position }) => position);
    const { sku, warehouse, mode } = first;
    const quantity = group.reduce((sum, line) => sum + line.quantity, 0);
    if (group.length > 1 && group.some((line) => line.mode === 'absolute')) {
      const named = positions.map((position) => field(position, 'sku')).join(' and ');
      problems.push(
        ...positions.map((position) => ({
          field: field(position, 'sku'),
          expected: `must be in one absolute line, or in delta lines only: ${named} are of one entry`,
        })),
      );
    } else if (Math.abs(quantity) > MAX_ADJUST_UNITS && positions.length > 1) {
      problems.push({
        field: field(positions[0] ?? 0, 'quantity'),
        expected: `must come to ${MAX_ADJUST_UNITS} units at most, with the other lines of its entry`,
      });
    }
    lines.push({ sku, warehouse, mode, quantity, positions });
  }
  return { lines, problems };
}

/** What is wrong with a quantity in this mode; null: nothing. */
export function quantityProblem(mode: AdjustMode, quantity: number): string | null {
  if (Math.abs(quantity) > MAX_ADJUST_UNITS) return `must be ${MAX_ADJUST_UNITS} at most`;
  if (mode === 'absolute' && quantity < 0) return 'must be 0 or more: an absolute quantity is what is there';
  if (mode === 'delta' && quantity === 0) return 'must not be 0: a delta is how many more or fewer';
  return null;
}
