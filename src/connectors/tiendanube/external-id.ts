/** A variant by the two ids that a push needs. */
export interface VariantRef {
  readonly productId: string;
  readonly variantId: string;
}

const REF = /^([A-Za-z0-9_-]{1,64})\/([A-Za-z0-9_-]{1,64})$/;

/** `product/variant`; several variants may be sold under one SKU, and are told the same: then they follow each other with commas. */
export function externalIdOf(variants: readonly VariantRef[]): string {
  return variants.map(({ productId, variantId }) => `${productId}/${variantId}`).join(',');
}

/** The variants of an external id, those that can be read. */
export function variantsOf(externalId: string | undefined): readonly VariantRef[] {
  if (externalId === undefined) return [];
  return externalId.split(',').flatMap((one) => {
    const [, productId, variantId] = REF.exec(one.trim()) ?? [];
    return productId !== undefined && variantId !== undefined ? [{ productId, variantId }] : [];
  });
}
