/** A spreadsheet takes such a text for a formula, and would carry it out. */
const FORMULA = /^'*[=+\-@\t\r]/;

/** A text as a spreadsheet shows it and does nothing with it; reading a file takes the guard off again. */
export function guarded(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}
