import { normalizeSku } from '../common/sku.js';
import { type Listing, type ListingPart } from './listing.schema.js';

/** What one unit of a listing is made of: as a person decided, else one unit of the same SKU, normalized. */
export function partsOf({ sku, parts }: Pick<Listing, 'sku' | 'parts'>): readonly ListingPart[] {
  return parts ?? [{ sku: normalizeSku(sku), quantity: 1 }];
}

/** The stock SKUs of a listing about which no person has decided. */
export function ownSkus(sku: string): string[] {
  return partsOf({ sku }).map((part) => part.sku);
}
