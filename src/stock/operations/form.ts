import { InvalidMovementError } from './errors.js';

/** The most units of one movement: a thousand times the limit of a request. */
export const MAX_UNITS = 1_000_000_000;

/** @throws InvalidMovementError unless it is a whole number, 0 or more, that JavaScript holds exactly */
export function checkUnits(field: string, units: number): void {
  checkWhole(field, units, 0);
}

/** A number of units that may be below zero, as an ERP may report it. @throws InvalidMovementError */
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
