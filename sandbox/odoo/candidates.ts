import { type Domain, type Leaf } from './domain.js';
import { type Env } from './env.js';
import { type ModelName } from './rows.js';
import { schema } from './schema.js';

/** Rows that an index can narrow a search to; counted before they are gathered. */
export interface Candidates {
  size: number;
  ids: () => number[];
}

/** The smallest set of rows that an index alone selects. Null: no index helps, and every row must be examined. */
export function candidates(env: Env, model: ModelName, domain: Domain): Candidates | null {
  if (domain.kind === 'leaf') return ofLeaf(env, model, domain);
  if (domain.kind !== 'and') return null;
  let best: Candidates | null = null;
  for (const part of domain.parts) {
    const found = candidates(env, model, part);
    if (found && (best === null || found.size < best.size)) best = found;
  }
  return best;
}

const isEmpty = (value: unknown): boolean => value === false || value === null || value === '';

function ofLeaf(env: Env, model: ModelName, leaf: Leaf): Candidates | null {
  const [name, ...rest] = leaf.path;
  const values = (Array.isArray(leaf.value) ? leaf.value : [leaf.value]) as unknown[];
  if (name === undefined || values.some(isEmpty)) return null;
  const wanted = leaf.operator === '=' || leaf.operator === 'in';
  if (name === 'id' && rest.length === 0 && wanted)
    return { size: values.length, ids: () => values.filter((one) => typeof one === 'number') };
  const target = schema[model].fields[name]?.to;
  if (!env.store.isIndexed(model, name)) return null;
  if (rest.length > 0) {
    const linked = target && wanted ? ofLeaf(env, target, { ...leaf, path: rest }) : null;
    return linked ? withValues(env, model, name, linked.ids()) : null;
  }
  if (target && values.some((one) => typeof one !== 'number')) return null;
  if (wanted) return withValues(env, model, name, values);
  if (leaf.operator !== 'not in' && leaf.operator !== '!=') return null;
  const unwanted = new Set(values);
  return withValues(
    env,
    model,
    name,
    env.store.valuesOf(model, name).filter((one) => !unwanted.has(one)),
  );
}

function withValues(env: Env, model: ModelName, name: string, values: readonly unknown[]): Candidates {
  const distinct = [...new Set(values)];
  return {
    size: distinct.reduce<number>((sum, value) => sum + env.store.countBy(model, name, value), 0),
    ids: () => distinct.flatMap((value) => env.store.idsBy(model, name, value) ?? []),
  };
}
