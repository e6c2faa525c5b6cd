import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import { InvalidInputError, type FieldProblem } from './errors.js';

/** No body of this API needs more; the checks of a body take time with each of them. */
const MOST_LEVELS = 20;
const MOST_OBJECTS = 500;
const MOST_VALUES = 20_000;
/** The wrong fields that are named. */
const MOST_NAMED = 20;

/**
 * The checks of every input: known fields only, converted where the class says so. Each wrong field is
 * named with the expected form. A body of too many parts is refused before they are checked.
 */
export function inputValidation(): ValidationPipe {
  return new BoundedValidation({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => new InvalidInputError(firstOf(fieldProblems(errors))),
  });
}

class BoundedValidation extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const excess = metadata.type === 'body' ? excessOf(value) : null;
    if (excess !== null) throw new InvalidInputError([{ field: 'body', expected: excess }]);
    return super.transform(value, metadata);
  }
}

/** What a body has too much of; null: nothing. Without recursion, which deep nesting would exhaust. */
function excessOf(body: unknown): string | null {
  const open: { value: unknown; level: number }[] = [{ value: body, level: 0 }];
  let [objects, values] = [0, 0];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, level } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (level >= MOST_LEVELS) return `must be nested ${MOST_LEVELS} levels deep at most`;
    if (++objects > MOST_OBJECTS) return `must have ${MOST_OBJECTS} objects and lists at most`;
    const parts: unknown[] = Object.values(value);
    values += parts.length;
    if (values > MOST_VALUES) return `must have ${MOST_VALUES} values at most`;
    for (const part of parts) open.push({ value: part, level: level + 1 });
  }
  return null;
}

function firstOf(problems: readonly FieldProblem[]): readonly FieldProblem[] {
  const more = problems.length - MOST_NAMED;
  if (more <= 0) return problems;
  return [...problems.slice(0, MOST_NAMED), { field: 'body', expected: `must be put right in ${more} more places` }];
}

/** The wrong fields, nested ones by their path: `products[0].sku`. */
export function fieldProblems(errors: readonly ValidationError[], parent = ''): FieldProblem[] {
  return errors.flatMap((error) => {
    const field = pathTo(parent, error.property);
    const own = error.constraints ? [{ field: field || 'body', expected: expectation(error) }] : [];
    return [...own, ...fieldProblems(error.children ?? [], field)];
  });
}

function pathTo(parent: string, property: string | undefined): string {
  if (property === undefined) return parent;
  if (/^\d+$/.test(property)) return `${parent}[${property}]`;
  return parent ? `${parent}.${property}` : property;
}

/** The messages of all failed checks, without the field's name in front: "must be a whole number". */
function expectation({ property, constraints = {} }: ValidationError): string {
  if ('whitelistValidation' in constraints) return 'must not be given: it is not known here';
  if ('unknownValue' in constraints) return 'must be a JSON object';
  const texts = Object.values(constraints).map((text) =>
    text.startsWith(`${property} `) ? text.slice(property.length + 1) : text,
  );
  return [...new Set(texts)].join(' and ');
}
