import { timeOrderedIdFloor } from './ids.js';

const FIRST_WIDTH_MS = 100;
const GROWTH = 8;
/** From this width on, one window takes all the rest. */
const LAST_WIDTH_MS = 30 * 86_400_000;

/** A range of time-ordered ids; an absent bound is open. */
export interface IdRange {
  readonly $gte?: string;
  readonly $gt?: string;
  readonly $lt?: string;
}

/** The span to read and the direction. */
export interface IdSpan {
  readonly from?: Date;
  readonly to?: Date;
  /** The id of the last document of the page before. */
  readonly after?: string;
  readonly sort: 'asc' | 'desc';
}

/** The whole span as one range. */
export function idRange({ from, to, after, sort }: IdSpan): IdRange {
  const ascending = sort === 'asc';
  const lower = from && timeOrderedIdFloor(from);
  const upper = to && timeOrderedIdFloor(to);
  return {
    ...(ascending && after !== undefined && (lower === undefined || after >= lower)
      ? { $gt: after }
      : lower !== undefined && { $gte: lower }),
    ...(!ascending && after !== undefined && (upper === undefined || after < upper)
      ? { $lt: after }
      : upper !== undefined && { $lt: upper }),
  };
}

/**
 * The span cut into ranges that grow with the distance from its start. Read one after the other until a
 * page is full, they examine a small multiple of the returned documents, however rare those are. That
 * holds on DocumentDB, too, which sorts all matches instead of reading an index in order.
 * @param start the time at which reading begins where the span does not say: now, or that of the oldest id
 */
export function* growingRanges(span: IdSpan, start: Date): Generator<IdRange> {
  const whole = idRange(span);
  const forth = span.sort === 'asc';
  const first = forth ? (whole.$gt ?? whole.$gte) : whole.$lt;
  let near = first === undefined ? start.getTime() : idTime(first);
  let bound: IdRange = forth ? pick(whole, '$gt', '$gte') : pick(whole, '$lt');
  const farEnd = forth ? whole.$lt : whole.$gte;
  for (let width = FIRST_WIDTH_MS; width < LAST_WIDTH_MS; width *= GROWTH) {
    const far = near + (forth ? width : -width);
    const edge = timeOrderedIdFloor(new Date(far));
    if (far <= 0 || (farEnd !== undefined && (forth ? edge >= farEnd : edge <= farEnd))) break;
    yield forth ? { ...bound, $lt: edge } : { ...bound, $gte: edge };
    bound = forth ? { $gte: edge } : { $lt: edge };
    near = far;
  }
  yield forth ? { ...bound, ...pick(whole, '$lt') } : { ...bound, ...pick(whole, '$gte') };
}

/** The time at which an id was made, in milliseconds. */
export function idTime(id: string): number {
  return parseInt(id.slice(0, 9), 36);
}

function pick(range: IdRange, ...names: (keyof IdRange)[]): IdRange {
  return Object.fromEntries(names.filter((name) => range[name] !== undefined).map((name) => [name, range[name]]));
}
