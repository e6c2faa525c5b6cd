export type Doc = Readonly<Record<string, unknown>> & { readonly _id: string };
export type Filter = Readonly<Record<string, unknown>>;

const paths = new Map<string, readonly string[]>();

export function partsOf(path: string): readonly string[] {
  let parts = paths.get(path);
  if (parts === undefined) {
    parts = path.split('.');
    paths.set(path, parts);
  }
  return parts;
}

export function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The value at a path; for a list of documents, the values in each. */
export function valueAt(doc: Readonly<Record<string, unknown>>, path: string): unknown {
  if (!path.includes('.')) return doc[path];
  let value: unknown = doc;
  for (const part of partsOf(path)) {
    if (Array.isArray(value)) value = value.filter(isPlain).map((one) => one[part]);
    else if (isPlain(value)) value = value[part];
    else return undefined;
  }
  return value;
}

/** Whether a document matches a filter, by the rules of the database. An unknown operator is an error. */
export function matches(doc: Readonly<Record<string, unknown>>, filter: Filter): boolean {
  for (const path in filter) {
    const condition = filter[path];
    if (path === '$or') {
      if (!(condition as readonly Filter[]).some((one) => matches(doc, one))) return false;
    } else if (path === '$and') {
      if (!(condition as readonly Filter[]).every((one) => matches(doc, one))) return false;
    } else if (path === '$nor') {
      if ((condition as readonly Filter[]).some((one) => matches(doc, one))) return false;
    } else if (path.startsWith('$')) {
      throw new Error(`the operator ${path} is not known here`);
    } else if (!fulfils(valueAt(doc, path), condition)) {
      return false;
    }
  }
  return true;
}

function fulfils(value: unknown, condition: unknown): boolean {
  if (!isOperators(condition)) return anyOf(value, (one) => equal(one, condition));
  for (const operator in condition) if (!holds(value, operator, condition[operator])) return false;
  return true;
}

function isOperators(condition: unknown): condition is Record<string, unknown> {
  if (!isPlain(condition)) return false;
  for (const key in condition) return key.startsWith('$');
  return false;
}

function holds(value: unknown, operator: string, operand: unknown): boolean {
  switch (operator) {
    case '$eq':
      return anyOf(value, (one) => equal(one, operand));
    case '$ne':
      return !anyOf(value, (one) => equal(one, operand));
    case '$in':
      return anyOf(value, (one) => (operand as readonly unknown[]).some((wanted) => equal(one, wanted)));
    case '$nin':
      return !anyOf(value, (one) => (operand as readonly unknown[]).some((wanted) => equal(one, wanted)));
    case '$gt':
      return anyOf(value, (one) => order(one, operand) > 0);
    case '$gte':
      return anyOf(value, (one) => order(one, operand) >= 0);
    case '$lt':
      return anyOf(value, (one) => order(one, operand) < 0);
    case '$lte':
      return anyOf(value, (one) => order(one, operand) <= 0);
    case '$exists':
      return (value !== undefined) === operand;
    case '$not':
      return !fulfils(value, operand);
    default:
      throw new Error(`the operator ${operator} is not known here`);
  }
}

/** A list matches if one of its members or the list as a whole does. */
function anyOf(value: unknown, test: (one: unknown) => boolean): boolean {
  return test(value) || (Array.isArray(value) && value.some(test));
}

function equal(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (other === null) return one === undefined || one === null;
  return one instanceof Date && other instanceof Date && one.getTime() === other.getTime();
}

/** Below 0, 0 or above 0; NaN when the two cannot be compared. */
export function order(one: unknown, other: unknown): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  if (typeof one === 'string' && typeof other === 'string') return one < other ? -1 : one > other ? 1 : 0;
  if (one instanceof Date && other instanceof Date) return one.getTime() - other.getTime();
  return Number.NaN;
}
