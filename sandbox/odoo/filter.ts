import { conditionText, type Domain, type Leaf, parseDomain } from './domain.js';
import { type Env } from './env.js';
import { valueError } from './errors.js';
import { isUnder } from './locations.js';
import { type ModelName, type Stamped } from './rows.js';
import { type Field, schema } from './schema.js';
import { displayName, fieldOf, rawValue } from './values.js';

export type Predicate = (row: Stamped) => boolean;

const negative: Record<string, string> = {
  '!=': '=',
  'not in': 'in',
  'not like': 'like',
  'not ilike': 'ilike',
  'not any': 'any',
};

/**
 * Compiles a domain to a test of one row. Refuses unknown fields and values of the wrong type before any
 * row is examined.
 */
export function compile(env: Env, model: ModelName, domain: Domain): Predicate {
  switch (domain.kind) {
    case 'constant':
      return () => domain.value;
    case 'not': {
      const inner = compile(env, model, domain.part);
      return (row) => !inner(row);
    }
    case 'and': {
      const parts = domain.parts.map((part) => compile(env, model, part));
      return (row) => parts.every((part) => part(row));
    }
    case 'or': {
      const parts = domain.parts.map((part) => compile(env, model, part));
      return (row) => parts.some((part) => part(row));
    }
    case 'leaf':
      return compileLeaf(env, model, domain);
  }
}

function compileLeaf(env: Env, model: ModelName, leaf: Leaf): Predicate {
  const [name, ...rest] = leaf.path;
  if (name === undefined) throw valueError('Domain() invalid: a condition without a field');
  if (!Object.hasOwn(schema[model].fields, name))
    throw valueError(`Invalid field ${model}.${name} in condition ${conditionText([name, leaf.operator, leaf.value])}`);
  const field = fieldOf(model, name);
  if (rest.length > 0) return through(env, model, name, field, { ...leaf, path: rest });
  const positive = negative[leaf.operator];
  if (positive) {
    const inner = compileLeaf(env, model, { ...leaf, operator: positive });
    return (row) => !inner(row);
  }
  const test = valueTest(env, model, name, field, leaf);
  return (row) => test(rawValue(env, model, row, name), row);
}

/**
 * `a.b` matches if a record behind `a` matches the rest: never if `a` is empty, even when the rest asks
 * for "empty".
 */
function through(env: Env, model: ModelName, name: string, field: Field, rest: Leaf): Predicate {
  if (!field.to) throw valueError(`Invalid field path ${[name, ...rest.path].join('.')} on '${model}'`);
  const target = field.to;
  const inner = compile(env, target, rest);
  return (row) => someLinked(env, target, rawValue(env, model, row, name), inner);
}

function someLinked(env: Env, target: ModelName, value: unknown, fits: Predicate): boolean {
  return idsOf(value).some((id) => {
    const linked = env.store.get(target, id);
    return linked !== undefined && fits(linked);
  });
}

function idsOf(value: unknown): number[] {
  return typeof value === 'number' ? [value] : Array.isArray(value) ? (value as number[]) : [];
}

const isEmpty = (value: unknown): boolean => value === false || value === null || value === undefined || value === '';

type ValueTest = (value: unknown, row: Stamped) => boolean;

function valueTest(env: Env, model: ModelName, name: string, field: Field, leaf: Leaf): ValueTest {
  const wanted = leaf.value;
  switch (leaf.operator) {
    case '=':
      return Array.isArray(wanted) ? memberTest(env, field, wanted) : equalTest(env, field, wanted);
    case 'in':
      return memberTest(env, field, Array.isArray(wanted) ? wanted : [wanted]);
    case 'like':
    case 'ilike':
    case '=like':
    case '=ilike':
      return patternTest(env, field, leaf.operator, wanted);
    case '>':
    case '>=':
    case '<':
    case '<=':
      return orderTest(field, leaf.operator, wanted);
    case 'child_of':
    case 'parent_of':
      return treeTest(env, model, name, field, leaf.operator, wanted);
    case 'any': {
      if (!field.to) throw valueError(`Invalid use of 'any' on '${model}.${name}'`);
      const target = field.to;
      const inner = compile(env, target, parseDomain(wanted));
      return (value) => someLinked(env, target, value, inner);
    }
    default:
      throw valueError(`Invalid operator ${leaf.operator}`);
  }
}

function equalTest(env: Env, field: Field, wanted: unknown): ValueTest {
  if (field.type === 'boolean') return (value) => Boolean(value) === Boolean(wanted);
  if (isEmpty(wanted)) return (value) => isEmpty(value) || (Array.isArray(value) && value.length === 0);
  if (field.to && typeof wanted === 'string') return (value) => namesOf(env, field, value).includes(wanted);
  if (field.to) return (value) => idsOf(value).includes(Number(wanted));
  return (value) => value === wanted;
}

function memberTest(env: Env, field: Field, wanted: readonly unknown[]): ValueTest {
  if (field.type === 'boolean' || field.to) {
    const tests = wanted.map((one) => equalTest(env, field, one));
    return (value, row) => tests.some((test) => test(value, row));
  }
  const values = new Set(wanted);
  const empty = wanted.some(isEmpty);
  return (value) => values.has(value) || (empty && isEmpty(value));
}

function namesOf(env: Env, field: Field, value: unknown): string[] {
  const target = field.to;
  if (!target) return typeof value === 'string' ? [value] : typeof value === 'number' ? [String(value)] : [];
  return idsOf(value).flatMap((id) => {
    const row = env.store.get(target, id);
    return row ? [displayName(env, target, row)] : [];
  });
}

/**
 * `like` finds the text anywhere, `=like` uses it as the whole pattern; `%` and `_` are wildcards in both,
 * escaped by a backslash.
 */
function patternTest(env: Env, field: Field, operator: string, wanted: unknown): ValueTest {
  const text = isEmpty(wanted) ? '' : String(wanted);
  const source = (operator.startsWith('=') ? text : `%${text}%`).replace(
    /\\([%_\\])|[\\^$.*+?()[\]{}|/%_-]/g,
    (match, escaped: string | undefined) => {
      const literal = escaped ?? match;
      if (escaped === undefined && match === '%') return '[^]*';
      if (escaped === undefined && match === '_') return '[^]';
      return literal.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
    },
  );
  const pattern = new RegExp(`^${source}$`, operator.includes('ilike') ? 'i' : '');
  return (value) => namesOf(env, field, value).some((name) => pattern.test(name));
}

function orderTest(field: Field, operator: string, wanted: unknown): ValueTest {
  const bound = field.type === 'datetime' && typeof wanted === 'string' ? wanted.replace('T', ' ') : wanted;
  return (value) => {
    if (isEmpty(value) && typeof value !== 'number') return false;
    const left = value as string | number;
    const right = bound as string | number;
    if (typeof left !== typeof right) return false;
    return operator === '>'
      ? left > right
      : operator === '>='
        ? left >= right
        : operator === '<'
          ? left < right
          : left <= right;
  };
}

function treeTest(
  env: Env,
  model: ModelName,
  name: string,
  field: Field,
  operator: string,
  wanted: unknown,
): ValueTest {
  const target = name === 'id' ? model : field.to;
  const roots = (Array.isArray(wanted) ? wanted : [wanted]).map((root) =>
    typeof root === 'string' ? locationByName(env, root) : Number(root),
  );
  if (target !== 'stock.location') return (value) => idsOf(value).some((id) => roots.includes(id));
  return (value) =>
    idsOf(value).some((id) =>
      roots.some((root) => (operator === 'child_of' ? isUnder(env, id, root) : isUnder(env, root, id))),
    );
}

function locationByName(env: Env, name: string): number {
  return env.store.all('stock.location').find((location) => location.complete_name.includes(name))?.id ?? 0;
}
