/** A variant by the two ids that a push needs. */
export interface VariantRef {
  readonly productId: string;
  readonly variantId: string;
}

const REF = /^([A-Za-z0-9_-]{1,64})\/([A-Za-z0-9_-]{1,64})$/;

/** `product/variant`. Several variants of one SKU receive the same number; their ids are joined by commas. */
export function externalIdOf(variants: readonly VariantRef[]): string {
  return variants.map(({ productId, variantId }) => `${productId}/${variantId}`).join(',');
}

/** The variants of an external id; unreadable ones are left out. */
export function variantsOf(externalId: string | undefined): readonly VariantRef[] {
  if (externalId === undefined) return [];
  return externalId.split(',').flatMap((one) => {
    const [, productId, variantId] = REF.exec(one.trim()) ?? [];
    return productId !== undefined && variantId !== undefined ? [{ productId, variantId }] : [];
  });
}
