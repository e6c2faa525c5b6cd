/** Invisible characters: zero width, soft hyphens, marks of the writing direction. */
const INVISIBLE = /\p{Cf}/gu;

/**
 * The normalized form of a SKU, under which stock is counted: no outer whitespace, no invisible characters, Unicode NFC. Letter case and
 * inner spaces stay. A listing keeps the platform's own text.
 */
export function normalizeSku(text: string): string {
  // In this order: an accent may combine with its letter only once the character between them is gone.
  return text.replace(INVISIBLE, '').normalize('NFC').trim();
}

/** The same of input that is not checked yet: what is no text stays as it is. */
export function normalizeIfText(value: unknown): unknown {
  return typeof value === 'string' ? normalizeSku(value) : value;
}
