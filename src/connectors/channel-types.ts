import { type OrderSnapshot } from '../orders/order-snapshot.js';

/** An order as it was read from its platform at the moment of asking. */
export interface FetchedOrder extends OrderSnapshot {
  /** The platform has not shown everything of it yet: it is to be read again after this time, in milliseconds. */
  readonly readAgainMs?: number;
  /** Something about it that a person should look at, in words. What is understood of it counts all the same. */
  readonly attention?: string;
  /** The same about an edit of it, where those were asked for: it stays until the order is over. */
  readonly edit?: string;
}

/** One order of a list of those that changed. */
export interface ChangedOrder {
  readonly orderId: string;
  /** What its platform is asked by, where that is another name. */
  readonly ref?: string;
  /**
   * On the scale of `OrderSnapshot.version`: an order known with a higher one need not be read. With an equal one it may have changed
   * twice within the platform's grain of time, so it is read once more.
   */
  readonly updatedAt: number;
  /** It is over, shipped or cancelled, as far as the list says: one that nobody counts need not be read. */
  readonly over?: boolean;
}

/** What a channel shows for sale of one SKU, Falabella's or another's own warehouses left out. */
export interface ChannelStock {
  readonly sku: string;
  /** Over all of the seller's places. */
  readonly quantity: number;
  /** By the names under which pushes know the places; a channel with one place has one part. */
  readonly parts: readonly { readonly location: string; readonly quantity: number }[];
}

/** A SKU that waits to be told. */
export interface DuePush {
  readonly sku: string;
  /** What it would be told now. */
  readonly quantity: number;
  /** What the channel was told last, less what it has sold since; null: not known, so it may show more than there is. */
  readonly told: number | null;
  /** Its oldest change that was not told. */
  readonly since: Date;
  /** An order is behind one of its changes. */
  readonly sold?: boolean;
  /** At how many places it is told; 1 where left out. */
  readonly places?: number;
}

/** A push that was made before: what it took of the platform's limit is counted by it. */
export interface PastPush {
  /** When its call ended, or when it was begun where that is not known. */
  readonly at: Date;
  /** The platform answered that it was one too many. */
  readonly refused?: boolean;
}

/** What is left of a platform's limit on pushes. `nextAt` null: now. */
export interface PushesLeft {
  readonly left: number;
  readonly nextAt: Date | null;
}

/** What to tell now, the most pressing first and no more than one push takes; `again`: when to ask for the rest, null: nothing is left. */
export interface PushPlan {
  readonly skus: readonly string[];
  readonly again: Date | null;
  /** Before `again` nothing may be told, however pressing: there is no use in asking. */
  readonly closed?: boolean;
}

/** A push whose call gave no clear answer. */
export interface LostPush {
  readonly sentAt: Date;
  /** The refs of all other pushes of about that time. */
  readonly otherRefs: readonly string[];
}

/** `absent`: not there now; one that is still on its way may appear later. `unclear`: something is there that may be it. */
export type FoundPush =
  { readonly state: 'found'; readonly ref: string } | { readonly state: 'absent' } | { readonly state: 'unclear' };
