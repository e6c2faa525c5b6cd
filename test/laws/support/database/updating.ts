import { isPlain, matches, order, partsOf, valueAt, type Filter } from './matching.js';

export type Update = Readonly<Record<string, unknown>>;
type Fields = Record<string, unknown>;

/**
 * The document after an update, by the rules of the database; the original is not changed. `inserted`: an
 * upsert creates it. An unknown operator is an error.
 */
export function updated<D extends object>(doc: D, update: Update, inserted = false): D {
  const next: Fields = { ...(doc as Fields) };
  for (const operator in update) {
    const change = update[operator] as Fields;
    for (const path in change) {
      if (change[path] === undefined)
        throw new Error(`${operator} of ${path}: the driver would store null for undefined`);
      applyOne(next, operator, path, change[path], inserted);
    }
  }
  return next as D;
}

function applyOne(next: Fields, operator: string, path: string, operand: unknown, inserted: boolean): void {
  switch (operator) {
    case '$set':
      return put(next, path, operand);
    case '$setOnInsert':
      return inserted ? put(next, path, operand) : undefined;
    case '$unset':
      return remove(next, path);
    case '$inc':
      return put(next, path, Number(valueAt(next, path) ?? 0) + Number(operand));
    case '$min':
    case '$max': {
      const before = valueAt(next, path);
      const compared = before === undefined ? 1 : order(before, operand) * (operator === '$min' ? 1 : -1);
      return compared > 0 ? put(next, path, operand) : undefined;
    }
    case '$push':
    case '$addToSet':
      return put(
        next,
        path,
        added((valueAt(next, path) ?? []) as readonly unknown[], operand, operator === '$addToSet'),
      );
    case '$pull': {
      const list = (valueAt(next, path) ?? []) as readonly unknown[];
      return put(
        next,
        path,
        list.filter((one) => !(isPlain(operand) && isPlain(one) ? matches(one, operand as Filter) : one === operand)),
      );
    }
    default:
      throw new Error(`the operator ${operator} is not known here`);
  }
}

function added(list: readonly unknown[], operand: unknown, once: boolean): readonly unknown[] {
  const { $each, $slice } = (isPlain(operand) ? operand : {}) as { $each?: readonly unknown[]; $slice?: number };
  const fresh = ($each ?? [operand]).filter((one) => !once || !list.includes(one));
  const all = [...list, ...fresh];
  return $slice === undefined ? all : $slice < 0 ? all.slice($slice) : all.slice(0, $slice);
}

/** Sets the value at a path; copies the containers on the way. */
function put(fields: Fields, path: string, value: unknown): void {
  if (!path.includes('.')) {
    fields[path] = value;
    return;
  }
  const parts = partsOf(path);
  let at = fields;
  for (let i = 0; i < parts.length - 1; i++) {
    const part = parts[i] as string;
    const inner = at[part];
    const copy: Fields = isPlain(inner) ? { ...inner } : {};
    at[part] = copy;
    at = copy;
  }
  at[parts[parts.length - 1] as string] = value;
}

function remove(fields: Fields, path: string): void {
  const parts = partsOf(path);
  let at = fields;
  for (let i = 0; i < parts.length - 1; i++) {
    const part = parts[i] as string;
    const inner = at[part];
    if (!isPlain(inner)) return;
    const copy = { ...inner };
    at[part] = copy;
    at = copy;
  }
  delete at[parts[parts.length - 1] as string];
}
