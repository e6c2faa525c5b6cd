import { type StockState } from '../../commands/entry-masters.service.js';
import { type QuantityThen } from '../../stock/quantity-versions.service.js';
import { checkStockState } from './check-stock-state.js';
import { type ImportLine, type ImportOptions, type SoundLine, type WordedProblem } from './import.types.js';

/** An absolute line with the version of the quantity that it is meant for. */
export type VersionedLine = SoundLine & Required<Pick<SoundLine, 'version'>>;

export function isVersioned(line: SoundLine): line is VersionedLine {
  return line.mode === 'absolute' && line.version !== undefined;
}

/** Whether a line is applied as the difference from the quantity that its export showed. */
export function isDifference({ version }: SoundLine, options: Pick<ImportOptions, 'asDifference'>): boolean {
  return options.asDifference === true && version !== undefined;
}

/**
 * The outcome of a line with a version. A line that agrees with the stock is unchanged. Another one is
 * refused when the quantity changed since the version, or becomes a difference where that is asked for. Pure.
 */
export function checkVersion(
  line: VersionedLine,
  state: StockState,
  then: QuantityThen,
  options: Pick<ImportOptions, 'asDifference'>,
): ImportLine {
  const plain = checkStockState(line, state);
  if (plain.outcome === 'wrong' || plain.outcome === 'refused') return plain;
  const { base, now } = then;
  if (isDifference(line, options) && base !== undefined) return difference(line, state, base, now ?? base);
  if (plain.outcome === 'unchanged') return plain;
  if (base === undefined)
    return refused(line, plain.before, {
      field: 'version',
      message: { code: 'imports.version_unknown', params: { version: line.version } },
    });
  return now === undefined ? { ...plain, base } : refused(line, now, moved(line, base, now));
}

/** Why a line is not applied to a quantity that has changed. @param base what its version showed, in units */
export function moved({ quantity }: SoundLine, base: number, now: number): WordedProblem {
  return { field: 'quantity', message: { code: 'imports.moved', params: { quantity, base, now } } };
}

/** Takes at most what is available, as a delta line does. */
function difference(line: SoundLine, { entry }: StockState, base: number, now: number): ImportLine {
  const change = line.quantity - base;
  const available = Math.max(0, entry?.available ?? 0);
  if (change === 0) return { ...line, outcome: 'unchanged', before: now, after: now };
  if (-change > available) {
    const message = { code: 'imports.too_much', params: { available, units: -change } } as const;
    return refused(line, now, { field: 'quantity', message });
  }
  return { ...line, outcome: entry ? 'changed' : 'created', base, before: now, after: now + change };
}

function refused(line: SoundLine, before: number | undefined, problem: WordedProblem): ImportLine {
  return { ...line, outcome: 'refused', ...(before !== undefined && { before }), problems: [problem] };
}
