import { roundQuantity, type Env } from '../env.js';
import { valueError } from '../errors.js';
import { search } from '../search.js';
import { type ModelName, type Stamped } from '../rows.js';
import { apiValue, fieldOf, rawValue } from '../values.js';

/** `formatted_read_group`: groups by plain fields and sums or counts, as far as a stock client needs it. */
export function readGroup(env: Env, model: ModelName, args: Record<string, unknown>): Record<string, unknown>[] {
  const groupby = (args.groupby as string[] | undefined) ?? [];
  const aggregates = (args.aggregates as string[] | undefined) ?? [];
  for (const name of groupby) fieldOf(model, name);
  const groups = new Map<string, Stamped[]>();
  for (const row of search(env, model, args.domain, { order: 'id' })) {
    const key = JSON.stringify(groupby.map((name) => rawValue(env, model, row, name)));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  if (groupby.length === 0 && groups.size === 0) groups.set('[]', []);
  const offset = (args.offset as number | undefined) ?? 0;
  const limit = (args.limit as number | null | undefined) ?? Infinity;
  return [...groups.values()].slice(offset, offset + limit).map((rows) => {
    const out: Record<string, unknown> = {};
    const [first] = rows;
    for (const name of groupby) out[name] = first ? apiValue(env, model, first, name) : false;
    for (const spec of aggregates) out[spec] = aggregate(env, model, rows, spec);
    out.__extra_domain = first ? groupby.map((name) => [name, '=', rawValue(env, model, first, name)]) : [];
    return out;
  });
}

function aggregate(env: Env, model: ModelName, rows: readonly Stamped[], spec: string): unknown {
  if (spec === '__count') return rows.length;
  const [name = '', how = ''] = spec.split(':');
  const values = rows.map((row) => rawValue(env, model, row, name) as number);
  switch (how) {
    case 'sum':
      return roundQuantity(values.reduce((sum, value) => sum + value, 0));
    case 'min':
      return values.length ? Math.min(...values) : false;
    case 'max':
      return values.length ? Math.max(...values) : false;
    case 'count':
      return values.length;
    default:
      throw valueError(`Invalid aggregate method '${how}' for '${spec}' on '${model}'`);
  }
}
