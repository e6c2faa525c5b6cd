import { type OrderSnapshot } from '../orders/order-snapshot.js';

/** An order as its platform shows it at the moment of the call. */
export interface FetchedOrder extends OrderSnapshot {
  /** The platform does not show all of it yet: read it again after this time, in milliseconds. */
  readonly readAgainMs?: number;
  /** Text about a problem that a person should check. The parts that are understood count all the same. */
  readonly attention?: string;
  /** The same about an edit, when edits were requested. It stays until the order is over. */
  readonly edit?: string;
}

/** One row of a list of changed orders. */
export interface ChangedOrder {
  readonly orderId: string;
  /** The id by which its platform is asked, where it differs. */
  readonly ref?: string;
  /**
   * On the scale of `OrderSnapshot.version`. An order known with a higher version need not be read. With
   * an equal one it may have changed twice within the resolution of the platform's clock, so it is read
   * once more.
   */
  readonly updatedAt: number;
  /** Shipped or cancelled, as far as the list shows. Such an order need not be read if it is not known here. */
  readonly over?: boolean;
}

/** The number that a channel shows for one SKU, without stock in the channel's own warehouses. */
export interface ChannelStock {
  readonly sku: string;
  /** The sum over all of the seller's locations. */
  readonly quantity: number;
  /** By the location names of pushes; a channel with one location has one part. */
  readonly parts: readonly { readonly location: string; readonly quantity: number }[];
}

/** A SKU that waits to be pushed. */
export interface DuePush {
  readonly sku: string;
  /** The number that a push would send now. */
  readonly quantity: number;
  /** The last number sent, minus the channel's sales since; null: unknown, so the channel may show too much. */
  readonly published: number | null;
  /** The time of the oldest change that was not pushed. */
  readonly since: Date;
  /** An order caused one of its changes. */
  readonly sold?: boolean;
  /** The number of locations that it is pushed to. Default: 1. */
  readonly places?: number;
}

/** An earlier push, which counts towards the platform's limit. */
export interface PastPush {
  /** When its call ended; when it began, if the end is unknown. */
  readonly at: Date;
  /** The platform refused it because of its limit. */
  readonly refused?: boolean;
}

/** The rest of a platform's limit on pushes. `nextAt` null: now. */
export interface PushesLeft {
  readonly left: number;
  readonly nextAt: Date | null;
}

/**
 * The SKUs of the next push, most urgent first, at most one batch. `again`: when to plan the rest; null:
 * nothing is left.
 */
export interface PushPlan {
  readonly skus: readonly string[];
  readonly again: Date | null;
  /** Nothing may be pushed before `again`, however urgent, so planning earlier is useless. */
  readonly closed?: boolean;
}

/** A push without a clear answer. */
export interface LostPush {
  readonly sentAt: Date;
  /** The refs of all other pushes of about that time. */
  readonly otherRefs: readonly string[];
}

/**
 * `absent`: not found now; a push still on its way may appear later. `unclear`: a candidate was found that
 * may be it.
 */
export type FoundPush =
  { readonly state: 'found'; readonly ref: string } | { readonly state: 'absent' } | { readonly state: 'unclear' };
