import { type Message } from '../../words/message.js';
import { type ImportCode, type ImportLine, type ImportOptions, type SoundLine } from './import.types.js';

/** What the stock says about a SKU that it does not know. */
export interface UnknownSku {
  /** The known SKU that it is with leading zeros. */
  readonly withZeros: string | undefined;
  /** Known SKUs that it may be meant to be. */
  readonly nearest: readonly string[];
}

/** A long number as a spreadsheet shows it, such as `7,80123E+12`. */
const EXPONENT_FORM = /^\d(?:[.,]\d+)?E\+\d{1,3}$/i;
/** The most digits that leading zeros are tried up to. Article numbers (GTIN) have 14. */
const MOST_DIGITS = 20;

/** A number with leading zeros, up to the longest that is tried. Nothing for any other text. */
export function withLeadingZeros(sku: string): string[] {
  if (!/^\d+$/.test(sku)) return [];
  return Array.from({ length: Math.max(0, MOST_DIGITS - sku.length) }, (_, i) => '0'.repeat(i + 1) + sku);
}

/**
 * Refuses an unknown SKU that a spreadsheet damaged, and with `onlyExisting` every one. Undefined: it may be
 * created. Pure.
 */
export function checkUnknownSku(
  line: SoundLine,
  { withZeros, nearest }: UnknownSku,
  { onlyExisting }: Pick<ImportOptions, 'onlyExisting'>,
): ImportLine | undefined {
  const { sku } = line;
  const refused = (message: Message<ImportCode>): ImportLine => ({
    ...line,
    outcome: 'refused',
    problems: [{ field: 'sku', message }],
    ...(nearest.length > 0 && { nearest }),
  });
  if (EXPONENT_FORM.test(sku)) return refused({ code: 'imports.exponent', params: { sku } });
  if (withZeros !== undefined) return refused({ code: 'imports.lost_zeros', params: { sku, known: withZeros } });
  if (!onlyExisting) return undefined;
  return refused({ code: 'imports.unknown_sku', params: { sku, nearest: named(nearest) } });
}

function named(nearest: readonly string[]): Message<ImportCode> | string {
  return nearest.length === 0 ? '' : { code: 'imports.nearest', params: { skus: nearest.join(', ') } };
}
