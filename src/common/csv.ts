import { stringify, type Stringifier } from 'csv-stringify';

/** Text that a spreadsheet would execute as a formula. */
const FORMULA = /^'*[=+\-@\t\r]/;

/** Prefixes such text so that a spreadsheet only shows it. Reading a file removes the prefix again. */
export function guarded(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/**
 * Writes CSV with a header line. A spreadsheet that separates by semicolon or tab would begin another cell, and so another formula, inside a
 * text that has one: such texts are quoted.
 */
export function csvWriter(columns: readonly string[]): Stringifier {
  return stringify({ header: true, columns: [...columns], quoted_match: /[;\t]/ });
}
