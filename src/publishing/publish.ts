import { type ListingPart } from '../listings/listing.schema.js';

/** How a listing shows what is available. */
export interface PublishingRules {
  /** Units kept back. */
  readonly buffer: number;
  /** The most that is shown; null: no limit. */
  readonly cap: number | null;
  /** Not sold here at the moment: 0 is shown. */
  readonly notForSale: boolean;
}

/** Units of one SKU that count for a channel in one warehouse. May be below 0: oversold there. */
export interface WarehouseUnits {
  readonly warehouse: string;
  readonly units: number;
}

export interface PublishInput {
  /** What one of the listing is made of. Not empty. */
  readonly parts: readonly ListingPart[];
  /** What counts of each SKU, warehouse by warehouse. */
  readonly units: ReadonlyMap<string, readonly WarehouseUnits[]>;
  /** Units of each SKU that the channel has sold and nobody has counted yet. */
  readonly uncounted: ReadonlyMap<string, number>;
  readonly rules: PublishingRules;
  readonly publishing: 'shadow' | 'live' | 'stopped';
  /** The warehouses that the channel knows by a name of its own, the first to fill first. Empty: it is told one number. */
  readonly locations: readonly { readonly warehouse: string; readonly location: string }[];
}

/** What a channel is told. `parts` add up to `quantity` or to less. */
export interface PublishedNumber {
  readonly quantity: number;
  readonly parts?: readonly { readonly location: string; readonly quantity: number }[];
}

/**
 * What a channel is told of a listing: as many as its scarcest part allows over all warehouses together, less the buffer, at most the cap,
 * never below 0; then spread, each place no more than it has by itself. `stopped` and `notForSale` publish 0 whatever is available. Pure.
 */
export function numberToPublish({
  parts,
  units,
  uncounted,
  rules,
  publishing,
  locations,
}: PublishInput): PublishedNumber {
  const sold = (sku: string) => uncounted.get(sku) ?? 0;
  const total = (sku: string) => (units.get(sku) ?? []).reduce((sum, one) => sum + one.units, 0) - sold(sku);
  const quantity = publishing === 'stopped' || rules.notForSale ? 0 : within(makeable(parts, total), rules);
  if (locations.length === 0) return { quantity };
  let left = quantity;
  const spread = locations.map(({ warehouse, location }) => {
    const here = (sku: string) =>
      (units.get(sku) ?? []).filter((one) => one.warehouse === warehouse).reduce((sum, one) => sum + one.units, 0);
    const share = Math.max(0, Math.min(left, makeable(parts, here)));
    left -= share;
    return { location, quantity: share };
  });
  return { quantity, parts: spread };
}

/** Whether a channel that was told one is still told right with the other. */
export function isSameNumber(a: PublishedNumber, b: PublishedNumber): boolean {
  if (a.quantity !== b.quantity || (a.parts ?? []).length !== (b.parts ?? []).length) return false;
  return (a.parts ?? []).every((part) =>
    b.parts?.some((other) => other.location === part.location && other.quantity === part.quantity),
  );
}

/** How many can be made of what there is. Below 0 where a part is oversold. */
function makeable(parts: readonly ListingPart[], unitsOf: (sku: string) => number): number {
  return Math.min(...parts.map(({ sku, quantity }) => Math.floor(unitsOf(sku) / quantity)));
}

function within(available: number, { buffer, cap }: PublishingRules): number {
  const shown = Math.max(0, available - buffer);
  return cap === null ? shown : Math.min(shown, Math.max(0, cap));
}
