import { plainToInstance, type ClassConstructor } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { InvalidInputError, type FieldProblem } from '../../../common/errors.js';
import { FORM } from './forms.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Replaces a list or an object where a plain value belongs. No field accepts a boolean, so it is reported,
 * and its content is never read.
 */
const NOT_PLAIN = false;

/**
 * The JSON object of a raw body.
 * @throws InvalidInputError when it is not UTF-8, not JSON or not an object
 */
export function jsonObject(rawBody: Buffer): Fields {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody));
  } catch {
    throw new InvalidInputError([{ field: 'body', expected: 'a JSON object in UTF-8' }]);
  }
  if (!isObject(parsed)) throw new InvalidInputError([{ field: 'body', expected: 'a JSON object' }]);
  return parsed;
}

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The named fields of an object, own and plain ones only. All others, such as a customer's data, are dropped here. */
export function pickPlain(source: Fields, names: readonly string[]): Record<string, unknown> {
  const own = names.filter((name) => Object.hasOwn(source, name));
  return Object.fromEntries(
    own.map((name) => [name, typeof source[name] === 'object' && source[name] !== null ? NOT_PLAIN : source[name]]),
  );
}

/**
 * A checked DTO of picked fields.
 * @throws InvalidInputError naming every field at fault, with its path
 */
export function checked<Dto extends object>(dto: ClassConstructor<Dto>, fields: Fields): Dto {
  const instance = plainToInstance(dto, fields);
  const problems = validateSync(instance, { forbidUnknownValues: true }).flatMap((error) => problemsOf(error, ''));
  if (problems.length > 0) throw new InvalidInputError(problems);
  return instance;
}

function problemsOf(error: ValidationError, parent: string): readonly FieldProblem[] {
  const field = /^\d+$/.test(error.property)
    ? `${parent}[${error.property}]`
    : `${parent}${parent === '' ? '' : '.'}${error.property}`;
  const expected = error.constraints?.[FORM];
  if (expected !== undefined) return [{ field, expected }];
  return (error.children ?? []).flatMap((child) => problemsOf(child, field));
}
