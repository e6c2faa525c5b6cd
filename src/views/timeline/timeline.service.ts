import { Injectable } from '@nestjs/common';
import { NotFoundError } from '../../common/errors.js';
import { type Listing } from '../../listings/listing.schema.js';
import { EntriesRepository } from '../../stock/entries.repository.js';
import { ListingsPageRepository } from '../listings/listings-page.repository.js';
import { type TimelineItem } from './timeline-item.dto.js';
import { TimelineRepository } from './timeline.repository.js';
import { mergeStreams, type TimelineStream, type StreamCursors, type MergedPage } from './streams.js';

/** The most listings shown for a part of many bundles: each adds two streams to read. */
const MOST_LISTINGS = 20;

interface Source {
  readonly name: string;
  readonly read: (from: string | undefined, limit: number) => Promise<TimelineItem[]>;
}

/** Everything that happened to a SKU: movements, published numbers, and observed numbers. */
@Injectable()
export class TimelineService {
  constructor(
    private readonly entries: EntriesRepository,
    private readonly listings: ListingsPageRepository,
    private readonly repository: TimelineRepository,
  ) {}

  /**
   * One page, newest first. Within a warehouse the order is that of the ledger, whatever its writers'
   * clocks say.
   * @param after from the page before
   * @throws NotFoundError for a SKU that neither the ledger nor any channel knows
   */
  async page(sku: string, after: StreamCursors | undefined, limit: number): Promise<MergedPage<TimelineItem>> {
    const [entries, listings] = await Promise.all([this.entries.ofSkus([sku]), this.listings.selling(sku)]);
    if (entries.length === 0 && listings.length === 0) throw new NotFoundError('problems.not-found.sku', { sku });
    const sources = [
      ...entries.map((entry) => this.movementsOf(entry._id)),
      ...directFirst(listings, sku).flatMap((one) => this.channelOf(one)),
    ];
    const open = after ? sources.filter(({ name }) => after[name] !== undefined) : sources;
    const streams = await Promise.all(
      open.map(async ({ name, read }): Promise<TimelineStream<TimelineItem>> => ({
        name,
        items: await read(after?.[name], limit + 1),
      })),
    );
    return mergeStreams(streams, limit);
  }

  private movementsOf(entry: string): Source {
    return { name: entry, read: (from, limit) => this.repository.moved(entry, from, limit) };
  }

  private channelOf(listing: Listing): Source[] {
    return [
      { name: `told:${listing._id}`, read: (from, limit) => this.repository.told(listing, from, limit) },
      { name: `seen:${listing._id}`, read: (from, limit) => this.repository.observed(listing, from, limit) },
    ];
  }
}

/** The listing of the SKU alone comes first. */
function directFirst(listings: readonly Listing[], sku: string): Listing[] {
  const direct = (listing: Listing) => (listing.sku === sku ? 0 : 1);
  return [...listings].sort((a, b) => direct(a) - direct(b)).slice(0, MOST_LISTINGS);
}
