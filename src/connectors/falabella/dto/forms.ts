import { ValidateBy } from 'class-validator';
import { parseTimestamp } from '../timestamp.js';

/** The key of a form's message among the constraints of a field. */
export const FORM = 'form';

const MAX_QUANTITY = 1_000_000;
const DAY_MS = 86_400_000;

/** A field that must have one form; `expected` completes "the field must be ...". */
export function Form(expected: string, holds: (value: unknown) => boolean): PropertyDecorator {
  return ValidateBy({ name: FORM, validator: { validate: holds, defaultMessage: () => expected } });
}

const isText = (value: unknown, max: number): value is string => typeof value === 'string' && value.length <= max;

/** A lone surrogate is as unprintable as a control character. */
const hasControls = (text: string) => /[\p{Cc}\p{Cs}]/u.test(text);

export const IsSku = () =>
  Form(
    'text of 1 to 100 characters without control characters',
    (value) => isText(value, 100) && value.trim() !== '' && !hasControls(value),
  );

export const IsQuantity = (min: 0 | 1) =>
  Form(
    `a whole number, ${min} or more, at most ${MAX_QUANTITY.toLocaleString('en')}`,
    (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= MAX_QUANTITY,
  );

export const IsPrice = () =>
  Form(
    'a number, 0 or more, or left out',
    (value) => value === undefined || value === null || (Number.isFinite(value) && Number(value) >= 0),
  );

/** Printable ASCII: an order id becomes part of names in other systems. */
export const IsOrderId = () =>
  Form(
    'a whole number of 0 or more, or text of 1 to 100 printable ASCII characters without spaces at its ends',
    (value) =>
      typeof value === 'number'
        ? Number.isSafeInteger(value) && value >= 0
        : isText(value, 100) && /^[!-~](?:[ -~]*[!-~])?$/.test(value),
  );

export const IsStatus = () =>
  Form(
    'text of 1 to 64 characters without control characters',
    (value) => isText(value, 64) && value.trim() !== '' && !hasControls(value),
  );

/** @param optional whether it may be absent */
export const IsTimestamp = ({ optional }: { readonly optional: boolean }) =>
  Form(
    `an ISO 8601 date and time such as 2025-12-16T10:00:00Z (without a zone: UTC), at most one day in the future${optional ? ', or left out' : ''}`,
    (value) => (optional && (value === undefined || value === null)) || isPlausibleTime(value),
  );

function isPlausibleTime(value: unknown): boolean {
  const ms = isText(value, 64) ? parseTimestamp(value) : null;
  return ms !== null && ms <= Date.now() + DAY_MS;
}
