import { InvalidInputError } from './errors.js';

/** Encodes a position in a list for clients, which treat it as opaque. */
export function toCursor(place: unknown): string {
  return Buffer.from(JSON.stringify(place), 'utf8').toString('base64url');
}

/**
 * Decodes a cursor.
 * @param isPlace whether the decoded value has the form that `toCursor` received
 * @throws InvalidInputError for anything else: a client may have made it up
 */
export function fromCursor<Place>(cursor: string, isPlace: (place: unknown) => place is Place): Place {
  const place = parsed(cursor);
  if (!isPlace(place))
    throw new InvalidInputError([{ field: 'cursor', expected: 'must be the nextCursor of the page before' }]);
  return place;
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

/** The position in a list that is sorted by time and id. */
export interface TimePlace {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly id: string;
}

export function isTimePlace(place: unknown): place is TimePlace {
  if (typeof place !== 'object' || place === null) return false;
  const { at, id } = place as Partial<TimePlace>;
  return typeof at === 'number' && Number.isSafeInteger(at) && Math.abs(at) <= 8.64e15 && typeof id === 'string';
}

/** The position in a list that is sorted by id. */
export function isIdPlace(place: unknown): place is string {
  return typeof place === 'string';
}
