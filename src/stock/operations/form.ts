import { InvalidMovementError } from './errors.js';

/** The most units that one movement may speak of. A thousand times what a request may ask for. */
export const MAX_UNITS = 1_000_000_000;

/** @throws InvalidMovementError unless it is a whole number of units, 0 or more, that numbers can hold exactly */
export function checkUnits(field: string, units: number): void {
  checkWhole(field, units, 0);
}

/** A number of units that may be below zero, as an ERP may have it. @throws InvalidMovementError */
export function checkSigned(field: string, units: number): void {
  checkWhole(field, units, -MAX_UNITS);
}

/** @throws InvalidMovementError */
export function checkKey(key: string): void {
  if (typeof key !== 'string' || key === '') throw new InvalidMovementError('key', 'must be a text that is not empty');
}

function checkWhole(field: string, units: number, least: number): void {
  if (!Number.isSafeInteger(units) || units < least || units > MAX_UNITS) {
    throw new InvalidMovementError(field, `must be a whole number from ${least} to ${MAX_UNITS}`);
  }
}
