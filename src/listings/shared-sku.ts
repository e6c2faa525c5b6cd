import { type Listing } from './listing.schema.js';

/**
 * Several products or variants of the channel carry its SKU, and no person has said what it is made of: published to each of them, its number
 * would be sold several times.
 */
export function sharesSku({ externalIds, parts, rules }: Pick<Listing, 'externalIds' | 'parts' | 'rules'>): boolean {
  return (externalIds ?? []).length > 1 && parts === undefined && !rules.notForSale;
}
