import { Injectable } from '@nestjs/common';
import { type mongo } from 'mongoose';
import { ConnectionsService } from '../../connections/connections.service.js';
import { type Listing } from '../../listings/listing.schema.js';
import { partsOf } from '../../listings/listing-parts.js';
import { KnownStock } from '../../onboarding/listings/known-stock.service.js';
import { type ListingState } from './listing-queries.dto.js';
import { ListingsPageRepository } from './listings-page.repository.js';

const CHUNK = 500;
/** The most listings examined for one page: rare ones may take several pages. */
const MOST_EXAMINED = 5_000;

export interface ListingFilter {
  readonly connection?: string | undefined;
  /** The prefix of the channel's SKU. */
  readonly sku?: string | undefined;
  readonly state?: ListingState | undefined;
}

export interface ListingPage {
  readonly listings: readonly Listing[];
  /** The id to continue after; null: this was the last page. */
  readonly next: string | null;
}

/** Pages of listings, in the order of connection and SKU. */
@Injectable()
export class ListingsList {
  constructor(
    private readonly repository: ListingsPageRepository,
    private readonly connections: ConnectionsService,
    private readonly known: KnownStock,
  ) {}

  async page(filter: ListingFilter, after: string | undefined, limit: number): Promise<ListingPage> {
    const found: Listing[] = [];
    let examined = 0;
    for await (const chunk of this.chunks(filter, after, filter.state === 'unmapped' ? CHUNK : limit + 1)) {
      const kept = filter.state === 'unmapped' ? await this.unmapped(chunk) : chunk;
      found.push(...kept);
      examined += chunk.length;
      if (found.length > limit) {
        const listings = found.slice(0, limit);
        return { listings, next: listings.at(-1)?._id ?? null };
      }
      if (examined >= MOST_EXAMINED) return { listings: found, next: chunk.at(-1)?._id ?? null };
    }
    return { listings: found, next: null };
  }

  private async *chunks({ connection, sku = '', state }: ListingFilter, after: string | undefined, size: number) {
    const channels = this.connections.channels().map((bound) => bound.connection.id);
    const asked = channels.filter((id) => connection === undefined || id === connection).sort();
    for (const id of asked) {
      if (after !== undefined && after > `${id}/` && !after.startsWith(`${id}/`)) continue;
      let from = after?.startsWith(`${id}/`) ? after : undefined;
      for (;;) {
        const chunk = await this.repository.page(id, sku, inState(state), from, size);
        if (chunk.length > 0) yield chunk;
        if (chunk.length < size) break;
        from = chunk.at(-1)?._id;
      }
    }
  }

  /** The listings without known parts. */
  private async unmapped(listings: readonly Listing[]): Promise<Listing[]> {
    const unknown = await this.known.unknownOf(listings.flatMap((listing) => partsOf(listing).map((part) => part.sku)));
    return listings.filter((listing) => partsOf(listing).some((part) => unknown.has(part.sku)));
  }
}

function inState(state: ListingState | undefined): mongo.Filter<Listing> {
  switch (state) {
    case 'error':
      return { error: { $exists: true } };
    case 'notForSale':
      return { 'rules.notForSale': true };
    case 'waiting':
      return { $or: [{ 'push.due': { $exists: true } }, { 'push.dead': true }] };
    case 'unmapped':
    case undefined:
      return {};
  }
}
