import { type FieldProblem } from '../../common/errors.js';
import { quantityProblem, MAX_ADJUST_UNITS } from '../../commands/adjustments/fold-lines.js';
import { type AdjustMode } from '../../commands/command.types.js';
import { MAX_REASON_LENGTH, MAX_SKU_LENGTH, PLAIN } from '../../commands/plain-text.js';
import { normalizeIfText } from '../../common/sku.js';
import { entryId } from '../../stock/entry-id.js';
import { type Column, type RawLine } from '../read/raw-line.js';
import { type ImportLine, type LineProblem } from './import.types.js';

/** The parsed values of a line, by column. */
interface Read<T> {
  readonly value?: T;
  readonly problem?: LineProblem;
}

/** Checks the form of one line after the other, without reading the stock. */
export class FormCheck {
  private readonly lineOfEntry = new Map<string, number>();

  constructor(
    private readonly defaultWarehouse: string,
    private readonly isWarehouse: (code: string) => boolean,
  ) {}

  check(raw: RawLine): ImportLine {
    const { line, cells } = raw;
    if (raw.problem !== undefined)
      return { line, outcome: 'wrong', problems: [{ field: 'line', expected: raw.problem }] };
    const sku = textOf(normalizeIfText(cells.sku), 'sku', MAX_SKU_LENGTH, undefined);
    const warehouse = this.warehouseOf(cells.warehouse);
    const mode = modeOf(cells.mode);
    const quantity = quantityOf(cells.quantity, mode.value);
    const reason = textOf(cells.reason, 'reason', MAX_REASON_LENGTH, '');
    const version = versionOf(cells.version);
    const problems = [sku, warehouse, quantity, mode, reason, version]
      .map(({ problem }) => problem)
      .filter((problem) => problem !== undefined);
    if (sku.value !== undefined && warehouse.value !== undefined)
      problems.push(...this.twice(sku.value, warehouse.value, line));
    return {
      line,
      ...(sku.value !== undefined && { sku: sku.value }),
      ...(sku.value !== undefined && sku.value !== cells.sku && { text: String(cells.sku) }),
      ...(warehouse.value !== undefined && { warehouse: warehouse.value }),
      ...(mode.value !== undefined && { mode: mode.value }),
      ...(quantity.value !== undefined && { quantity: quantity.value }),
      ...(reason.value && { reason: reason.value }),
      ...(version.value !== undefined && { version: version.value }),
      ...(problems.length > 0 && { outcome: 'wrong', problems }),
    };
  }

  private warehouseOf(cell: unknown): Read<string> {
    if (cell === undefined) return { value: this.defaultWarehouse };
    return typeof cell === 'string' && this.isWarehouse(cell)
      ? { value: cell }
      : wrong('warehouse', 'must be the code of a warehouse');
  }

  private twice(sku: string, warehouse: string, line: number): FieldProblem[] {
    const id = entryId(sku, warehouse);
    const first = this.lineOfEntry.get(id);
    if (first === undefined) this.lineOfEntry.set(id, line);
    return first === undefined
      ? []
      : [{ field: 'sku', expected: `must be in one line only: line ${first} is of ${sku} in ${warehouse} too` }];
  }
}

function textOf(cell: unknown, field: Column, max: number, fallback: string | undefined): Read<string> {
  if (cell === undefined && fallback !== undefined) return { value: fallback };
  const fits = typeof cell === 'string' && cell.length >= 1 && cell.length <= max && PLAIN.test(cell);
  return fits ? { value: cell } : wrong(field, `must be a text of 1 to ${max} characters without control characters`);
}

function modeOf(cell: unknown): Read<AdjustMode> {
  const mode = cell === undefined ? 'absolute' : typeof cell === 'string' ? cell.toLowerCase() : cell;
  return mode === 'absolute' || mode === 'delta' ? { value: mode } : wrong('mode', 'must be absolute or delta');
}

/** A number below zero is not refused yet: an existing entry may have it, and keep it. */
function quantityOf(cell: unknown, mode: AdjustMode | undefined): Read<number> {
  const number = typeof cell === 'string' && /^[+-]?\d{1,15}$/.test(cell) ? Number(cell) : cell;
  if (typeof number !== 'number' || !Number.isSafeInteger(number))
    return wrong('quantity', `must be a whole number${hint(cell)}`);
  const expected = quantityProblem(mode ?? 'absolute', mode === 'delta' ? number : Math.abs(number));
  return expected === null ? { value: number } : wrong('quantity', expected);
}

/** The seq of a movement, of at most as many digits as the id of a movement has. */
function versionOf(cell: unknown): Read<number> {
  if (cell === undefined) return {};
  const version = typeof cell === 'string' && /^\d{1,11}$/.test(cell) ? Number(cell) : cell;
  return typeof version === 'number' && Number.isInteger(version) && version >= 0 && version < 1e11
    ? { value: version }
    : { problem: { field: 'version', message: { code: 'imports.version_form' } } };
}

function hint(cell: unknown): string {
  if (cell === undefined) return `, up to ${MAX_ADJUST_UNITS}`;
  if (typeof cell === 'string' && /^[+-]?[\d.,\s]*,\d+$/.test(cell))
    return ': write it without a decimal comma, and thousands without a separator';
  if (typeof cell === 'string' && /^[+-]?[\d.,\s]+$/.test(cell))
    return ': write it without decimals, and thousands without a separator';
  return '';
}

function wrong(field: Column, expected: string): { readonly problem: FieldProblem } {
  return { problem: { field, expected } };
}
