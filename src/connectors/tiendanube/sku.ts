const MOST_CHARACTERS = 100;

/** A SKU that can be kept and told apart; null where the variant has none, or one that nothing could be known by. */
export function skuOf(given: unknown): string | null {
  if (typeof given !== 'string' || given.trim() === '' || given.length > MOST_CHARACTERS) return null;
  return /[\p{Cc}\p{Cs}]/u.test(given) ? null : given;
}

/**
 * The name by which a variant is sold: its SKU, or where it has none a name made of its id, which lasts and which a person can map.
 * A product that is not there any more has no variant: then it is known by whatever id is left.
 */
export function nameOf({
  sku,
  variantId,
  productId = '',
}: {
  sku: string | null;
  variantId: string;
  productId?: string;
}): string {
  if (sku !== null) return sku;
  return variantId !== '' ? `variant:${variantId}` : `product:${productId || 'unknown'}`;
}
