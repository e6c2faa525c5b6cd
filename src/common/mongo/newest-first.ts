import { type mongo } from 'mongoose';
import { type TimePlace } from '../cursor.js';

const FIRST_WIDTH_MS = 1_000;
const GROWTH = 8;
/** There are no documents from before this time. */
const BEGINNING = Date.UTC(2020, 0, 1);

/** A query for documents that are sorted by one time and then by id, newest first. */
export interface NewestFirst<Doc> {
  /** An indexed field that holds a time. */
  readonly timeField: string;
  readonly filter: mongo.Filter<Doc>;
  /** The oldest time to include. */
  readonly since?: Date | undefined;
  /** The last document of the page before. */
  readonly after?: TimePlace | undefined;
  readonly limit: number;
  /**
   * The time limit, in milliseconds, after which the documents found so far are returned. A page may then
   * be short or empty without being the last one.
   */
  readonly budgetMs?: number;
  /** The filter finds few documents by an index of its own, so they are read at once, whatever their time. */
  readonly selective?: boolean;
  readonly projection?: mongo.Document;
}

export interface TimePage<Doc> {
  readonly docs: Doc[];
  /** Null: this was the last page. */
  readonly next: TimePlace | null;
}

/** A span of time, both ends in milliseconds since 1970. */
export interface Window {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/**
 * Spans that reach back from `to` to `floor` and grow. Read until a page is full, they examine few
 * documents that are not needed.
 */
export function* windowsBack(to: number, floor: number): Generator<Window> {
  let end = to;
  for (let width = FIRST_WIDTH_MS; end > floor; width *= GROWTH) {
    const from = Math.max(floor, end - width);
    yield { from, to: end };
    end = from;
  }
}

/**
 * One page, newest first. Not every database reads a page in the order of an index on a time (DocumentDB
 * sorts all matches), so each read is bounded by time.
 */
export async function newestFirst<Doc extends { _id: string }>(
  collection: mongo.Collection<Doc>,
  wanted: NewestFirst<Doc>,
  now = Date.now(),
): Promise<TimePage<Doc>> {
  const { timeField, after, limit, budgetMs = 1_500 } = wanted;
  // Another machine's clock may be ahead of this one.
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

/**
 * Begins the windows at the current time, where the newest documents are; the day ahead is read only for
 * fast clocks.
 */
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
  // Where another index finds the documents, a span over everything would only mislead the choice of the
  // index.
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
