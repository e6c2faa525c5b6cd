import { candidates } from './candidates.js';
import { type Domain, firstFields, parseDomain } from './domain.js';
import { type Env, withContext } from './env.js';
import { valueError } from './errors.js';
import { compile } from './filter.js';
import { type ModelName, type Stamped } from './rows.js';
import { schema } from './schema.js';
import { apiValue, displayName, fieldOf, rawValue } from './values.js';

export interface SearchOptions {
  offset?: number;
  limit?: number | null;
  order?: string | null;
}

/**
 * Rows that match a domain, in order. Archived ones are left out unless the context or the domain mentions
 * `active`.
 */
export function search(env: Env, model: ModelName, rawDomain: unknown, options: SearchOptions = {}): Stamped[] {
  const domain = activeOnly(env, model, parseDomain(rawDomain));
  const fits = compile(env, model, domain);
  const narrowed = candidates(env, model, domain)?.ids();
  const rows: Stamped[] = narrowed
    ? narrowed.flatMap((id) => {
        const row = env.store.get(model, id);
        return row ? [row] : [];
      })
    : env.store.all(model);
  const found = sorted(env, model, rows.filter(fits), options.order);
  const offset = options.offset ?? 0;
  return options.limit ? found.slice(offset, offset + options.limit) : found.slice(offset);
}

function activeOnly(env: Env, model: ModelName, domain: Domain): Domain {
  if (
    !Object.hasOwn(schema[model].fields, 'active') ||
    env.context.active_test === false ||
    firstFields(domain).includes('active')
  )
    return domain;
  return { kind: 'and', parts: [{ kind: 'leaf', path: ['active'], operator: '=', value: true }, domain] };
}

function sorted(env: Env, model: ModelName, rows: Stamped[], order: string | null | undefined): Stamped[] {
  const keys = (order || schema[model].order).split(',').map((part) => {
    const [name = '', direction = 'asc'] = part.trim().split(/\s+/);
    if (!/^(asc|desc)$/i.test(direction))
      throw valueError(
        `Invalid "order" specified (${order}). A valid "order" specification is a comma-separated list of valid field names`,
      );
    if (!Object.hasOwn(schema[model].fields, name)) throw valueError(`Invalid field '${name}' on model '${model}'`);
    const field = fieldOf(model, name);
    const key = (row: Stamped): unknown => {
      const value = rawValue(env, model, row, name);
      if (!field.to || typeof value !== 'number') return value;
      const linked = env.store.get(field.to, value);
      return linked ? displayName(env, field.to, linked) : false;
    };
    return { key, sign: direction.toLowerCase() === 'desc' ? -1 : 1 };
  });
  return [...rows].sort((a, b) => {
    for (const { key, sign } of keys) {
      const difference = compareValues(key(a), key(b));
      if (difference !== 0) return sign * difference;
    }
    return a.id - b.id;
  });
}

/** Empty values come last, as NULL does in PostgreSQL. */
function compareValues(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === false) return 1;
  if (b === false) return -1;
  return (a as string | number) < (b as string | number) ? -1 : 1;
}

/** Reads fields of rows; `raw` returns relations as bare ids. Without a field list it reads every field. */
export function readRows(
  env: Env,
  model: ModelName,
  rows: readonly Stamped[],
  fields: readonly string[] | null,
  raw = false,
): Record<string, unknown>[] {
  const names = fields && fields.length > 0 ? fields : Object.keys(schema[model].fields);
  for (const name of names) fieldOf(model, name);
  return rows.map((row) => {
    const out: Record<string, unknown> = { id: row.id };
    for (const name of names) out[name] = apiValue(env, model, row, name, raw);
    return out;
  });
}

/** Rows by id, including archived ones; unknown ids are skipped. */
export function browse(env: Env, model: ModelName, ids: readonly number[]): Stamped[] {
  return search(withContext(env, { active_test: false }), model, [['id', 'in', ids]], { order: 'id' });
}
