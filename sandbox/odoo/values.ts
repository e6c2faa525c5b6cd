import { type Env } from './env.js';
import { valueError } from './errors.js';
import { type ModelName, type Stamped } from './rows.js';
import { schema, type Field } from './schema.js';

/** The definition of a field, or Odoo's answer 500 for an unknown one. */
export function fieldOf(model: ModelName, name: string): Field {
  const fields = schema[model].fields;
  if (!Object.hasOwn(fields, name)) throw valueError(`Invalid field '${name}' on '${model}'`);
  return fields[name] as Field;
}

export function displayName(env: Env, model: ModelName, row: Stamped): string {
  return schema[model].display(env, row as never);
}

/** The stored value: a relation to one is an id or `false`, a relation to many a list of ids. */
export function rawValue(env: Env, model: ModelName, row: Stamped, name: string): unknown {
  const field = fieldOf(model, name);
  if (name === 'display_name') return displayName(env, model, row);
  if (field.compute) return field.compute(env, row as never);
  if (field.type === 'one2many' && field.to && field.by) return linkedIds(env, field.to, field.by, row.id);
  return (row as unknown as Record<string, unknown>)[name] ?? false;
}

function linkedIds(env: Env, model: ModelName, by: string, id: number): number[] {
  return (
    env.store.idsBy(model, by, id) ??
    env.store
      .all(model)
      .filter((row) => (row as unknown as Record<string, unknown>)[by] === id)
      .map((row) => row.id)
  );
}

/** The value in the API: `[id, name]` for a relation to one (`raw`: the id), times cut to the second. */
export function apiValue(env: Env, model: ModelName, row: Stamped, name: string, raw = false): unknown {
  const field = fieldOf(model, name);
  const value = rawValue(env, model, row, name);
  if (field.type === 'datetime' && typeof value === 'string') return value.slice(0, 19);
  if (field.type === 'many2one' && field.to && typeof value === 'number' && !raw) {
    const target = env.store.get(field.to, value);
    return target ? [value, displayName(env, field.to, target)] : false;
  }
  return value;
}
