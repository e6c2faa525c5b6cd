import { isOpen } from '../../common/mongo/mark.js';
import { type ChannelStock, type Publishing } from '../../connectors/contract.js';
import { type Listing } from '../../listings/listing.schema.js';
import { type PublishedNumber } from '../../publishing/publish.js';

type Known = Pick<Listing, 'published' | 'push' | 'lease' | 'held'>;

/** A channel's number for a listing. Without parts: only the sum is stated. */
export interface ShownNumber {
  readonly quantity: number;
  readonly parts?: ChannelStock['parts'] | undefined;
}

export interface ListingComparison {
  /** The listing before and after the channel was read. */
  readonly before: Known;
  readonly after: Known;
  readonly publishing: Publishing;
  /** The current target; undefined: unknown, or it moves no stock. */
  readonly wanted: PublishedNumber | undefined;
  /** The channel's number; null: it states none; undefined: unknown SKU. */
  readonly shown: ShownNumber | null | undefined;
}

/**
 * `differs`: the numbers are not equal. `held`: the brake holds it. `moving`: a push is in flight, so that
 * the comparison is inconclusive.
 */
export type ListingVerdict = 'same' | 'differs' | 'held' | 'moving' | 'missing' | 'untold';

/**
 * Compares a channel's number with the published one; in shadow, where nothing is published, with the
 * target. A number that was published before or after the read is right, because it was in flight. Pure.
 */
export function compareListing({ before, after, publishing, wanted, shown }: ListingComparison): ListingVerdict {
  if (shown === undefined) return 'missing';
  if (shown === null) return 'untold';
  if (publishing === 'shadow') return wanted === undefined ? 'untold' : shows(shown, wanted) ? 'same' : 'differs';
  if ([before.published, after.published].some((told) => told !== undefined && shows(shown, told))) return 'same';
  if (after.held !== undefined) return 'held';
  if (isMoving(before) || isMoving(after) || before.published?.at.getTime() !== after.published?.at.getTime())
    return 'moving';
  return after.published === undefined ? 'untold' : 'differs';
}

/** The number to compare with: the published one or the target. Undefined: none. */
export function expectedOf({
  after,
  publishing,
  wanted,
}: Pick<ListingComparison, 'after' | 'publishing' | 'wanted'>): number | undefined {
  return publishing === 'shadow' ? wanted?.quantity : after.published?.quantity;
}

/** A push is in flight or due, or the channel has not accepted the number yet. */
function isMoving({ published: told, push, lease }: Known): boolean {
  return lease !== undefined || isOpen(push) || told?.state === 'sent';
}

/** Whether a channel shows the published number. Without parts, the sum decides. */
function shows({ quantity, parts }: ShownNumber, told: PublishedNumber): boolean {
  if (told.parts === undefined) return quantity === told.quantity;
  const toldInAll = told.parts.reduce((sum, part) => sum + part.quantity, 0);
  const shownAt = (location: string) => parts?.find((part) => part.location === location)?.quantity ?? 0;
  return (
    quantity === toldInAll &&
    (parts === undefined || told.parts.every((part) => shownAt(part.location) === part.quantity))
  );
}
