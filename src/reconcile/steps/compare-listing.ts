import { isOpen } from '../../common/mongo/mark.js';
import { type ChannelStock, type Publishing } from '../../connectors/contract.js';
import { type Listing } from '../../listings/listing.schema.js';
import { type PublishedNumber } from '../../publishing/publish.js';

type Known = Pick<Listing, 'published' | 'push' | 'lease' | 'held'>;

/** What a channel shows of a listing. Without parts: it only says how much in all. */
export interface ShownNumber {
  readonly quantity: number;
  readonly parts?: ChannelStock['parts'] | undefined;
}

export interface ListingComparison {
  /** As it was before the channel was read, and after. */
  readonly before: Known;
  readonly after: Known;
  readonly publishing: Publishing;
  /** What it would be told now; undefined: nobody knows, or it moves no stock. */
  readonly wanted: PublishedNumber | undefined;
  /** What the channel shows; null: it says no number; undefined: it does not have it. */
  readonly shown: ShownNumber | null | undefined;
}

/** `differs`: the numbers are not the same. `held`: the brake holds it. `moving`: it is being told, so that nothing can be said yet. */
export type ListingVerdict = 'same' | 'differs' | 'held' | 'moving' | 'missing' | 'untold';

/**
 * Compares what a channel shows with what it was told; in shadow, where it is told nothing, with what it would be told. A number that was told
 * before the look or after it is right: it was on its way. Pure.
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

/** What is to be compared with: what it was told, or would be. Undefined: nothing. */
export function expectedOf({
  after,
  publishing,
  wanted,
}: Pick<ListingComparison, 'after' | 'publishing' | 'wanted'>): number | undefined {
  return publishing === 'shadow' ? wanted?.quantity : after.published?.quantity;
}

/** Somebody tells it, or has to; or the channel has not said yet that it took the number. */
function isMoving({ published: told, push, lease }: Known): boolean {
  return lease !== undefined || isOpen(push) || told?.state === 'sent';
}

/** Whether a channel shows what was told. Where it says only how much in all, that has to do. */
function shows({ quantity, parts }: ShownNumber, told: PublishedNumber): boolean {
  if (told.parts === undefined) return quantity === told.quantity;
  const toldInAll = told.parts.reduce((sum, part) => sum + part.quantity, 0);
  const shownAt = (location: string) => parts?.find((part) => part.location === location)?.quantity ?? 0;
  return (
    quantity === toldInAll &&
    (parts === undefined || told.parts.every((part) => shownAt(part.location) === part.quantity))
  );
}
