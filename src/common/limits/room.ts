/**
 * The priority of a call. Less urgent lanes leave some room to the more urgent ones: `urgent` and `push`
 * may use all of it, `ordinary` leaves 2 calls, `sweep` leaves 6. A push carries many numbers, including
 * those that arrive while it waits. So when little room is left, pushes take at most every other call,
 * which leaves room for callers that wait for a single answer.
 */
export type Lane = 'urgent' | 'push' | 'ordinary' | 'sweep';

/** The calls of room that a lane leaves to the more urgent ones. In a smaller bucket, a lane takes one call of a full one. */
export const LEFT_TO_OTHERS: Readonly<Record<Lane, number>> = { urgent: 0, push: 0, ordinary: 2, sweep: 6 };

/**
 * A platform's leaky bucket: it takes `size` calls and empties within `emptiesInMs`. A larger bucket, as
 * an answer may report, empties in the same time. "Once a minute" is a bucket of one call.
 */
export interface Bucket {
  /** The same for all callers that share the bucket: a store, an app with all its accounts, or one operation. */
  readonly key: string;
  readonly size: number;
  readonly emptiesInMs: number;
}

/** What an answer reported about the bucket; null where it reported nothing. */
export interface BucketReport {
  readonly size: number | null;
  /** Calls that still fit. */
  readonly remaining: number | null;
}

/** There is no room for a call within the time that it may wait. Nothing was sent. */
export class NoRoomError extends Error {
  constructor(
    /** When to retry, in milliseconds; different for each refused caller, so that they do not return at once. */
    readonly waitMs: number,
  ) {
    super('no room within the limit of calls');
    this.name = 'NoRoomError';
  }
}
