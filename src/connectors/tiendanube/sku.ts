const MOST_CHARACTERS = 100;

/** A usable SKU; null when the variant has none, or an unusable one. */
export function skuOf(given: unknown): string | null {
  if (typeof given !== 'string' || given.trim() === '' || given.length > MOST_CHARACTERS) return null;
  return /[\p{Cc}\p{Cs}]/u.test(given) ? null : given;
}

/**
 * The name under which a variant is sold: its SKU, or else a stable name made of its id, which a person
 * can map. A product that no longer exists has no variant: it is named by the remaining id.
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
