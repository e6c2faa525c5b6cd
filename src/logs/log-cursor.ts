import { InvalidInputError } from '../common/errors.js';

/** A place between two logs, as clients carry it. Opaque to them. */
export function toCursor(id: string): string {
  return Buffer.from(id, 'latin1').toString('base64url');
}

/**
 * The id of the last log that was seen.
 * @throws InvalidInputError when it is none that `toCursor` gave
 */
export function fromCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString('latin1');
  if (!/^[0-9a-z]{25}$/.test(id) || toCursor(id) !== cursor)
    throw new InvalidInputError([{ field: 'cursor', expected: 'must be the nextCursor of the page before' }]);
  return id;
}
