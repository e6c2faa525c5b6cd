/**
 * Reads an answer: ids and numbers may be numbers or texts, lists may be missing, and only a node's own
 * members are read.
 */
export type Node = Readonly<Record<string, unknown>>;

const ID = /^[A-Za-z0-9_-]{1,64}$/;

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own member of a node; undefined when there is none. */
export function member(value: unknown, name: string): unknown {
  return isNode(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text or a number as text; empty for any other value. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : '';
}

/** An id in either form; empty when there is none. */
export function idOf(value: unknown): string {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? String(value) : '';
  const id = typeof value === 'string' ? value.trim() : '';
  return ID.test(id) ? id : '';
}

/** A whole number, given as one or as text; null for any other value. */
export function wholeOf(value: unknown): number | null {
  const digits = textOf(value).trim();
  const number = Number(digits);
  return /^-?\d{1,15}(\.0+)?$/.test(digits) && Number.isSafeInteger(number) ? number : null;
}

/** Milliseconds since 1970 of a time such as `2022-11-15T19:36:59+0000`; null for any other value. */
export function timeOf(value: unknown): number | null {
  const written = textOf(value).trim();
  const match = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(\.\d{1,3})?\d*(Z|[+-]\d{2}:?\d{2})?$/.exec(written);
  if (!match) return null;
  const [, date, clock, fraction = '', zone = 'Z'] = match;
  const offset = /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const time = Date.parse(`${date}T${clock}${fraction}${offset}`);
  return Number.isNaN(time) ? null : time;
}
