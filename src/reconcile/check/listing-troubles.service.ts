import { Injectable } from '@nestjs/common';
import { groupBy } from '../../common/collections.js';
import { ListingsRepository } from '../../listings/listings.repository.js';
import { type Listing } from '../../listings/listing.schema.js';
import { WarehousesService } from '../../connections/warehouses/warehouses.service.js';
import { EntriesRepository } from '../../stock/entries.repository.js';
import { NearSkus } from '../../stock/near-skus.service.js';
import { type StockEntry } from '../../stock/schemas.js';
import { partsOf } from '../../listings/listing-parts.js';
import { ListingReads } from '../listing-reads.repository.js';
import { type ListingTroubleItem } from './listings-check.view.js';

const PAGE = 500;

/** The position of a check: first the channel's listings, then the stock entries. */
export interface CheckPlace {
  readonly side: 'channel' | 'stock';
  readonly after: string;
}

/** A part of the findings, and the position to continue at; null: the check is complete. */
export interface CheckPart {
  readonly items: readonly { readonly item: ListingTroubleItem; readonly place: CheckPlace }[];
  readonly next: CheckPlace | null;
}

/** Compares a channel's listings with the known stock. Writes nothing. */
@Injectable()
export class ListingTroubles {
  constructor(
    private readonly listings: ListingsRepository,
    private readonly reads: ListingReads,
    private readonly entries: EntriesRepository,
    private readonly warehouses: WarehousesService,
    private readonly near: NearSkus,
  ) {}

  /** The next few hundred. */
  after(connection: string, place: CheckPlace): Promise<CheckPart> {
    return place.side === 'channel' ? this.ofChannel(connection, place.after) : this.ofStock(connection, place.after);
  }

  private async ofChannel(connection: string, after: string): Promise<CheckPart> {
    const listings = await this.listings.page(connection, after, PAGE);
    const skus = listings.flatMap((listing) => partsOf(listing).map((part) => part.sku));
    const known = new Set((await this.entries.ofSkus([...new Set(skus)])).filter(isKnown).map((entry) => entry.sku));
    const unknown = skus.filter((sku) => !known.has(sku));
    const nearest = new Map(
      await Promise.all(
        unknown.map(async (sku): Promise<[string, readonly string[]]> => [sku, await this.near.of([sku])]),
      ),
    );
    const items = listings.flatMap((listing) =>
      troublesOf(listing, known, nearest).map((item) => ({
        item,
        place: { side: 'channel' as const, after: listing._id },
      })),
    );
    const last = listings.at(-1);
    return {
      items,
      next: last && listings.length === PAGE ? { side: 'channel', after: last._id } : { side: 'stock', after: '' },
    };
  }

  private async ofStock(connection: string, after: string): Promise<CheckPart> {
    const codes = inOrder(this.warehouses.servedTo(connection).map((warehouse) => warehouse._id));
    const code = codes.find((one) => after < endOf(one));
    if (code === undefined) return { items: [], next: null };
    const entries = await this.entries.ofWarehouse(code, after, PAGE);
    const known = entries.filter(isCounted);
    const skus = known.map((entry) => entry.sku);
    const [sold, everywhere] = await Promise.all([this.reads.soldAmong(connection, skus), this.entries.ofSkus(skus)]);
    const places = groupBy(everywhere.filter(isCounted), (entry) => entry.sku);
    // A SKU in several warehouses is reported once.
    const isFirst = ({ sku, warehouse }: StockEntry) =>
      !(places.get(sku) ?? []).some((other) => codes.slice(0, codes.indexOf(warehouse)).includes(other.warehouse));
    const items = known
      .filter((entry) => !sold.has(entry.sku) && isFirst(entry))
      .map((entry) => {
        const detail = `${entry.available} available in ${code}, and the channel does not sell it`;
        return {
          item: { trouble: 'not_sold' as const, sku: entry.sku, externalIds: [], detail },
          place: { side: 'stock' as const, after: entry._id },
        };
      });
    const last = entries.at(-1);
    const further = code === codes.at(-1) ? null : { side: 'stock' as const, after: endOf(code) };
    return { items, next: last && entries.length === PAGE ? { side: 'stock', after: last._id } : further };
  }
}

/** By the ids of their entries: of `main` and `main-2` the latter comes first. */
function inOrder(codes: readonly string[]): string[] {
  return [...codes].sort((a, b) => (`${a}/` < `${b}/` ? -1 : 1));
}

/** An id after all entries of a warehouse. */
function endOf(code: string): string {
  return `${code}0`;
}

/** Its master reported a quantity, or was not asked yet. */
function isKnown({ problem, observedAt }: StockEntry): boolean {
  return observedAt !== undefined || problem === undefined;
}

function isCounted({ observedAt }: StockEntry): boolean {
  return observedAt !== undefined;
}

function troublesOf(
  listing: Listing,
  known: ReadonlySet<string>,
  nearest: ReadonlyMap<string, readonly string[]>,
): ListingTroubleItem[] {
  const { sku, externalId, externalIds, unlistedAt } = listing;
  const about = { sku, externalIds: externalIds ?? (externalId === undefined ? [] : [externalId]) };
  const unknown = partsOf(listing)
    .map((part) => part.sku)
    .filter((part) => !known.has(part));
  const near = unknown.flatMap((part) => nearest.get(part) ?? []);
  const items: ListingTroubleItem[] = [];
  if (externalIds && externalIds.length > 1)
    items.push({
      trouble: 'duplicate',
      ...about,
      detail: `${externalIds.length} products of the channel have this SKU: give each its own`,
    });
  if (unlistedAt !== undefined)
    items.push({
      trouble: 'unlisted',
      ...about,
      detail: `the channel does not have it since ${unlistedAt.toISOString()}, or never had`,
    });
  else if (unknown.length > 0)
    items.push({
      trouble: 'unknown',
      ...about,
      detail: `nobody who keeps stock knows ${unknown.join(', ')}${near.length > 0 ? ` (nearest known: ${near.join(', ')})` : ''}: say what it is made of (PUT /listings), or make it known where stock is kept`,
    });
  return items;
}
