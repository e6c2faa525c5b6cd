/**
 * Falabella names the SKU of an error in a field, or only in the message. Known forms: `(for Seller SKU:
 * 1000030588) with value ...`, `Seller SKU '9788441418011' not found`, `Invalid Seller Sku List: A, B`.
 */
const IN_PARENTHESES = /\(for seller ?sku:(.{1,200}?)\)(?= with |$)/i;
const QUOTED = /seller ?sku:?\s*(?:'(.{1,200}?)'|"(.{1,200}?)")(?=[\s.,;:)]|$)/i;
const BARE = /(?<!\(for )seller ?sku\s*[:=]\s*([^\s,;'"()]+)/i;
const LIST = /seller ?sku list:(.+)$/i;
const LIST_SEPARATOR = /[,;[\]"']+/;

/** The SKUs in a message; empty when it has none of the known forms. */
export function skusNamedIn(message: string): readonly string[] {
  const list = LIST.exec(message)?.[1];
  if (list !== undefined) return entriesOf(list.split(LIST_SEPARATOR));
  const quoted = QUOTED.exec(message);
  const sku = IN_PARENTHESES.exec(message)?.[1] ?? quoted?.[1] ?? quoted?.[2] ?? BARE.exec(message)?.[1];
  return entriesOf(sku === undefined ? [] : [sku]);
}

/** The sent SKUs that a message names. A SKU that contains a list separator is searched for as it is. */
export function sentSkusNamedIn(message: string, sent: readonly string[]): readonly string[] {
  const named = new Set(skusNamedIn(message));
  return sent.filter((sku) => named.has(sku.trim()) || (LIST_SEPARATOR.test(sku) && message.includes(sku)));
}

function entriesOf(list: readonly string[]): readonly string[] {
  return list.map((entry) => entry.trim()).filter((entry) => entry !== '');
}
