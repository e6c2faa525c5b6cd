import { type ChannelListing } from '../../contract.js';
import { externalIdOf, type VariantRef } from '../external-id.js';
import { type Variant } from '../interfaces/tiendanube.interface.js';
import { idOf, listOf, member, wholeOf } from '../json.js';
import { nameOf, skuOf } from '../sku.js';

/** The requested fields of a product. */
export const PRODUCT_FIELDS = 'id,variants';

/** The variants of a list of products; null when it is not a list. */
export function variantsOfProducts(body: unknown): readonly Variant[] | null {
  return Array.isArray(body) ? body.flatMap(variantsOfProduct) : null;
}

export function variantsOfProduct(product: unknown): readonly Variant[] {
  const productId = idOf(member(product, 'id'));
  return listOf(member(product, 'variants')).flatMap((node) => {
    const id = idOf(member(node, 'id'));
    const owner = productId || idOf(member(node, 'product_id'));
    return id === '' || owner === '' ? [] : [variantOf(node, id, owner)];
  });
}

/** Stock without a limit is `null`, and in some places an empty text; an absent field states nothing. */
function variantOf(node: unknown, id: string, productId: string): Variant {
  const given = member(node, 'stock');
  const levels = listOf(member(node, 'inventory_levels')).flatMap((level) => {
    const [location, stock] = [idOf(member(level, 'location_id')), wholeOf(member(level, 'stock'))];
    return location === '' || stock === null ? [] : [{ location, stock }];
  });
  return {
    id,
    productId,
    sku: skuOf(member(node, 'sku')),
    stock: wholeOf(given),
    unlimited: given === null || given === '',
    levels,
  };
}

/**
 * Reads a catalogue page by page. SKUs are not unique at Tiendanube: several variants of one SKU are one
 * listing. A SKU that occurs again on a later page is listed again, with all
 * variants so far.
 */
export class CatalogueReading {
  private readonly seen = new Map<string, VariantRef[]>();

  listings(variants: readonly Variant[]): readonly ChannelListing[] {
    const listed = new Map<string, ChannelListing>();
    for (const variant of variants) {
      const sku = nameOf({ sku: variant.sku, variantId: variant.id });
      const refs = [...(this.seen.get(sku) ?? []).filter(({ variantId }) => variantId !== variant.id), refOf(variant)];
      this.seen.set(sku, refs);
      const before = listed.get(sku);
      listed.set(sku, {
        sku,
        externalId: externalIdOf(refs),
        ...(refs.length > 1 ? { externalIds: refs.map((ref) => externalIdOf([ref])) } : {}),
        // When its variants show different numbers, the number of the listing is unknown.
        quantity: before && before.quantity !== variant.stock ? null : variant.stock,
        ...((variant.unlimited || before?.unlimited) && { unlimited: true }),
      });
    }
    return [...listed.values()];
  }
}

function refOf({ id, productId }: Variant): VariantRef {
  return { productId, variantId: id };
}
