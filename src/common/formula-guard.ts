/** Text that a spreadsheet would execute as a formula. */
const FORMULA = /^'*[=+\-@\t\r]/;

/** Prefixes such text so that a spreadsheet only shows it. Reading a file removes the prefix again. */
export function guarded(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}
