import { type ChannelStock, type WarehouseLink } from '../../connectors/contract.js';
import { partsOf } from '../../listings/listing-parts.js';
import { type Listing } from '../../listings/listing.schema.js';

/** A channel's number for one of its SKUs. `quantity` null: it sells it without a number. */
export interface ShownListing {
  readonly sku: string;
  readonly externalIds: readonly string[];
  readonly quantity: number | null;
  readonly parts?: ChannelStock['parts'] | undefined;
}

/** The entry in which a channel's units would be counted. */
export interface Load {
  /** The stock SKU. */
  readonly sku: string;
  readonly warehouse: string;
  readonly quantity: number;
}

/** Why they cannot be counted, as a code and as text. */
export interface NoLoad {
  readonly reason: 'infinite' | 'duplicate' | 'bundle' | 'unknownPlace' | 'severalWarehouses' | 'noWarehouse';
  readonly detail: string;
}

/**
 * The entries in which a channel's number is counted. It never guesses: a number is taken over only if its
 * SKU and its warehouse are certain. Pure.
 * @param places the channel's names of the warehouses
 * @param served the warehouses that it sells from
 */
export function planLoad(
  shown: ShownListing,
  parts: Listing['parts'],
  places: readonly WarehouseLink[],
  served: readonly string[],
): readonly Load[] | NoLoad {
  const { sku, externalIds, quantity } = shown;
  if (externalIds.length > 1)
    return {
      reason: 'duplicate',
      detail: `several products of the channel have the SKU ${sku}: ${externalIds.join(', ')}`,
    };
  const [part, another] = parts ?? partsOf({ sku });
  if (!part || another || part.quantity !== 1)
    return { reason: 'bundle', detail: `${sku} is made of other SKUs, which are counted` };
  if (quantity === null)
    return { reason: 'infinite', detail: `the channel sells ${sku} without a number: say how much there is` };
  if (places.length > 0 && shown.parts) return spread(part.sku, shown.parts, places);
  const [warehouse, other] = served;
  if (warehouse === undefined) return { reason: 'noWarehouse', detail: 'the channel sells from no warehouse' };
  if (other !== undefined)
    return {
      reason: 'severalWarehouses',
      detail: `${served.join(', ')}: say first which place of the channel is which warehouse`,
    };
  return [{ sku: part.sku, warehouse, quantity }];
}

function spread(sku: string, parts: ChannelStock['parts'], places: readonly WarehouseLink[]): readonly Load[] | NoLoad {
  const loads: Load[] = [];
  for (const { location, quantity } of parts) {
    const warehouse = places.find((place) => place.externalId === location)?.warehouse;
    if (warehouse !== undefined) loads.push({ sku, warehouse, quantity });
    else if (quantity > 0)
      return { reason: 'unknownPlace', detail: `${quantity} in ${location}: say first which warehouse that is` };
  }
  return loads;
}
