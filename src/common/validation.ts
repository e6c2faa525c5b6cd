import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { InvalidInputError, type FieldProblem } from './errors.js';

/**
 * The checks of every input: known fields only, converted where the class says so. Each wrong field is
 * named with the expected form.
 */
export function inputValidation(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => new InvalidInputError(fieldProblems(errors)),
  });
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
