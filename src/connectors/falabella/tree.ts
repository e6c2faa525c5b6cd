/**
 * Reads an answer, which is XML or XML converted to JSON: a list of one is not a list, an empty element is
 * an empty text, and numbers may be text. Reads only a node's own members.
 */
type Members = Readonly<Record<string, unknown>>;

/** Whether a node has members of its own kind: not a text, not a list. */
export function isNode(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path of names; undefined when a part of it is missing. */
export function at(tree: unknown, ...path: readonly string[]): unknown {
  let node = tree;
  for (const name of path) {
    if (!isNode(node) || !Object.hasOwn(node, name)) return undefined;
    node = node[name];
  }
  return node;
}

/** A repeated element as a list: none, one (which is not a list in the answer) or many. */
export function many(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value === undefined || value === null || (typeof value === 'string' && value.trim() === '')) return [];
  return [value];
}

/** The exact text of a leaf, for SKUs; empty where there is none. */
export function exactText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return exactText(value[0]);
  return isNode(value) && Object.hasOwn(value, '#text') ? exactText(value['#text']) : '';
}

/** A SKU: the exact text, except for line breaks around it, which come from the layout of the answer. */
export function skuText(value: unknown): string {
  const written = exactText(value);
  const [start, end] = [written.length - written.trimStart().length, written.trimEnd().length];
  const from = written.slice(0, start).includes('\n') ? start : 0;
  return written.slice(from, written.slice(end).includes('\n') ? Math.max(from, end) : undefined);
}

/** The text of the first member with one of these names, in any case: Falabella spells some names in several ways. */
export function spelledText(node: unknown, ...names: readonly string[]): string {
  if (!isNode(node)) return '';
  const wanted = names.map((name) => name.toLowerCase());
  for (const [name, value] of Object.entries(node)) {
    const found = wanted.includes(name.toLowerCase()) ? text(value) : '';
    if (found !== '') return found;
  }
  return '';
}

/** The text of a leaf without the white space around it; empty where there is none. */
export function text(value: unknown): string {
  return exactText(value).trim();
}

/** A whole number, given as one or as text; null for anything else. */
export function wholeNumber(value: unknown): number | null {
  const digits = text(value);
  return /^-?\d{1,15}(\.0+)?$/.test(digits) ? Number(digits) : null;
}
