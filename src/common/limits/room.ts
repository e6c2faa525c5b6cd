/**
 * What a call is for. The less urgent leave some room untouched, so that the more urgent find it: `urgent` and `push` may take the last of it,
 * `ordinary` leaves 2 calls, `sweep` leaves 6. A push carries many numbers, and whatever comes meanwhile travels with it: where little room is
 * left, pushes take every other call that comes back at most, so that who waits for one answer is not kept away by them.
 */
export type Lane = 'urgent' | 'push' | 'ordinary' | 'sweep';

/** Calls of room that a lane leaves to the more urgent ones. */
export const LEFT_TO_OTHERS: Readonly<Record<Lane, number>> = { urgent: 0, push: 0, ordinary: 2, sweep: 6 };

/**
 * A leaky bucket at a platform: it takes `size` calls and empties within `emptiesInMs`. A larger one, as the platform tells in an answer, empties in
 * the same time.
 */
export interface Bucket {
  /** One for all who share it. */
  readonly key: string;
  readonly size: number;
  readonly emptiesInMs: number;
}

/** What an answer said of the bucket; null where it said nothing. */
export interface BucketReport {
  readonly size: number | null;
  /** Calls that still fit. */
  readonly remaining: number | null;
}

/** There is no room for a call, and will not be within the time that it may wait. Nothing was sent. */
export class NoRoomError extends Error {
  constructor(
    /** When to ask again, in milliseconds. Of many who are turned away each is told another time. */
    readonly waitMs: number,
  ) {
    super('no room within the limit of calls');
    this.name = 'NoRoomError';
  }
}
