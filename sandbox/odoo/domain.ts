import { valueError } from './errors.js';
import { pythonRepr } from './pythonLiteral.js';

/** One condition of a search domain. */
export interface Leaf {
  kind: 'leaf';
  path: string[];
  operator: string;
  value: unknown;
}
export type Domain =
  Leaf | { kind: 'and' | 'or'; parts: Domain[] } | { kind: 'not'; part: Domain } | { kind: 'constant'; value: boolean };

const operators = new Set([
  '=',
  '!=',
  '<>',
  '==',
  'in',
  'not in',
  'like',
  'ilike',
  'not like',
  'not ilike',
  '=like',
  '=ilike',
  '>',
  '>=',
  '<',
  '<=',
  'child_of',
  'parent_of',
  'any',
  'not any',
  '=?',
]);

/**
 * Parses a domain in Odoo's prefix notation: `'&'` and `'|'` join the two terms that follow, `'!'` negates
 * one, and terms side by side are joined by "and".
 * @throws OdooError builtins.ValueError, as the server does
 */
export function parseDomain(raw: unknown): Domain {
  if (!Array.isArray(raw)) throw valueError(`Domain() invalid item in domain: ${pythonRepr(raw)}`);
  const tokens = raw as unknown[];
  let at = 0;
  const next = (): Domain => {
    if (at >= tokens.length) throw valueError(`Domain() malformed domain ${pythonRepr(raw)}`);
    const token = tokens[at++];
    if (token === '&') return { kind: 'and', parts: [next(), next()] };
    if (token === '|') return { kind: 'or', parts: [next(), next()] };
    if (token === '!') return { kind: 'not', part: next() };
    return parseLeaf(token);
  };
  const parts: Domain[] = [];
  while (at < tokens.length) parts.push(next());
  return { kind: 'and', parts };
}

/** A condition as the server's errors print it: a tuple. */
export function conditionText(condition: readonly unknown[]): string {
  return `(${condition.map(pythonRepr).join(', ')})`;
}

function parseLeaf(token: unknown): Domain {
  if (typeof token === 'boolean') return { kind: 'constant', value: token };
  if (!Array.isArray(token) || token.length !== 3)
    throw valueError(`Domain() invalid item in domain: ${pythonRepr(token)}`);
  const [field, rawOperator, value] = token as [unknown, unknown, unknown];
  if ((field === 1 || field === 0) && rawOperator === '=') return { kind: 'constant', value: field === value };
  if (typeof field !== 'string' || typeof rawOperator !== 'string')
    throw valueError(`Domain() invalid item in domain: ${pythonRepr(token)}`);
  const operator = rawOperator.toLowerCase();
  if (!operators.has(operator)) throw valueError(`Invalid operator in condition ${conditionText(token)}`);
  if (operator === '=?' && (value === false || value === null)) return { kind: 'constant', value: true };
  const canonical = operator === '<>' ? '!=' : operator === '==' || operator === '=?' ? '=' : operator;
  return { kind: 'leaf', path: field.split('.'), operator: canonical, value };
}

/** The first part of each field path in a domain. */
export function firstFields(domain: Domain): string[] {
  switch (domain.kind) {
    case 'leaf':
      return domain.path.slice(0, 1);
    case 'not':
      return firstFields(domain.part);
    case 'and':
    case 'or':
      return domain.parts.flatMap(firstFields);
    case 'constant':
      return [];
  }
}
