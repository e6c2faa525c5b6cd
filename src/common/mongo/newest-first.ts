import { type mongo } from 'mongoose';
import { type TimePlace } from '../cursor.js';

const FIRST_WIDTH_MS = 1_000;
const GROWTH = 8;
/** Before it there is nothing. */
const BEGINNING = Date.UTC(2020, 0, 1);

/** Which documents are wanted, of a list that is sorted by one time and then by id, the newest first. */
export interface NewestFirst<Doc> {
  /** An indexed field that holds a time. */
  readonly timeField: string;
  readonly filter: mongo.Filter<Doc>;
  /** Nothing older than this. */
  readonly since?: Date | undefined;
  /** The last that was seen. */
  readonly after?: TimePlace | undefined;
  readonly limit: number;
  /** After so many milliseconds what was found so far is given back. A page may be short, or empty, and still not be the last one. */
  readonly budgetMs?: number;
  /** The filter itself finds few by an index of its own: they are read at once, whenever they are from. */
  readonly selective?: boolean;
  readonly projection?: mongo.Document;
}

export interface TimePage<Doc> {
  readonly docs: Doc[];
  /** Null: it was the last page. */
  readonly next: TimePlace | null;
}

/** A span of time, both ends in milliseconds since 1970. */
export interface Window {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** Spans that reach back from `to` and grow, down to `floor`: read until a page is full, they examine few documents too many. */
export function* windowsBack(to: number, floor: number): Generator<Window> {
  let end = to;
  for (let width = FIRST_WIDTH_MS; end > floor; width *= GROWTH) {
    const from = Math.max(floor, end - width);
    yield { from, to: end };
    end = from;
  }
}

/**
 * One page, the newest first. Not every database takes the order of a page from an index on a time (DocumentDB sorts whatever matches), so
 * what is read at once is bounded by time.
 */
export async function newestFirst<Doc extends { _id: string }>(
  collection: mongo.Collection<Doc>,
  wanted: NewestFirst<Doc>,
  now = Date.now(),
): Promise<TimePage<Doc>> {
  const { timeField, after, limit, budgetMs = 1_500 } = wanted;
  // A clock elsewhere may be ahead of this one's.
  const newest = (after?.at ?? now + 86_400_000) + 1;
  const floor = wanted.since?.getTime() ?? BEGINNING;
  const windows = wanted.selective ? [{ from: floor, to: newest }] : aroundNow(newest, now, floor);
  const giveUpAt = performance.now() + budgetMs;
  const docs: Doc[] = [];
  for (const window of windows) {
    docs.push(...(await read(collection, wanted, window, limit + 1 - docs.length)));
    if (docs.length > limit) {
      const shown = docs.slice(0, limit);
      return { docs: shown, next: placeOf(shown.at(-1), timeField) };
    }
    if (performance.now() > giveUpAt && window.from > floor) return { docs, next: { at: window.from, id: '' } };
  }
  return { docs, next: null };
}

/** The windows begin where the newest documents are: not in the day ahead that is looked at for a clock that is fast. */
function* aroundNow(newest: number, now: number, floor: number): Generator<Window> {
  if (newest > now) yield { from: Math.max(floor, now), to: newest };
  yield* windowsBack(Math.min(newest, now), floor);
}

function read<Doc extends { _id: string }>(
  collection: mongo.Collection<Doc>,
  { timeField, filter, since, after, selective, projection }: NewestFirst<Doc>,
  { from, to }: Window,
  limit: number,
): Promise<Doc[]> {
  // Where another index finds them, a span that holds everything would only mislead the choice of it.
  const between = selective && !since && !after ? {} : { [timeField]: { $gte: new Date(from), $lt: new Date(to) } };
  const beyond = after ? { $or: [{ [timeField]: { $lt: new Date(after.at) } }, { _id: { $lt: after.id } }] } : {};
  return collection
    .find({ $and: [between, filter, beyond] } as unknown as mongo.Filter<Doc>, {
      sort: { [timeField]: -1, _id: -1 },
      limit,
      ...(projection ? { projection } : {}),
    })
    .toArray() as unknown as Promise<Doc[]>;
}

function placeOf(doc: { _id: string } | undefined, timeField: string): TimePlace | null {
  if (!doc) return null;
  const at = (doc as unknown as Record<string, Date>)[timeField];
  return at ? { at: at.getTime(), id: doc._id } : null;
}
