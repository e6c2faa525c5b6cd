/** Characters that nobody sees: of no width, or marks of the direction of writing. */
const UNSEEN = /\p{Cf}/gu;

/**
 * A SKU as it is written here: without outer blanks and characters that nobody sees, accents in one form. Letter case and inner blanks stay.
 * A platform or an ERP may write it in another way; the listing keeps the platform's own text.
 */
export function tidySku(text: string): string {
  // In this order: what is left beside a removed character may be one letter.
  return text.replace(UNSEEN, '').normalize('NFC').trim();
}
