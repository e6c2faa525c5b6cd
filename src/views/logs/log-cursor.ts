import { InvalidInputError } from '../../common/errors.js';

/** Encodes a position between two logs for clients, which treat it as opaque. */
export function toCursor(id: string): string {
  return Buffer.from(id, 'latin1').toString('base64url');
}

/**
 * The id of the last log of the page before.
 * @throws InvalidInputError when `toCursor` did not make it
 */
export function fromCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString('latin1');
  if (!/^[0-9a-z]{25}$/.test(id) || toCursor(id) !== cursor)
    throw new InvalidInputError([{ field: 'cursor', expected: 'must be the nextCursor of the page before' }]);
  return id;
}
