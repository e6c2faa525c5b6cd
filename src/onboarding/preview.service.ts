import { pipeline, Readable } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import { stringify } from 'csv-stringify';
import { guarded } from '../common/formula-guard.js';
import { type Connection, publishingOf } from '../connectors/contract.js';
import { ListingsRepository } from '../listings/listings.repository.js';
import { type Listing } from '../listings/listing.schema.js';
import { partsOf, TargetNumbers, type Target } from '../publishing/target-numbers.service.js';
import { type PreviewChange } from './publishing.dto.js';

const PAGE = 500;
const COLUMNS = ['sku', 'current', 'wouldSend', 'change', 'live', 'why'] as const;

/** What would be published for one listing if the connection were live. */
export interface PreviewRow {
  readonly sku: string;
  /** The number that the channel shows now, in units; null: unknown. */
  readonly current: number | null;
  /** In units; null: nothing, for the reason in `why`. */
  readonly wouldSend: number | null;
  readonly change: PreviewChange;
  /** The connection is already live for this SKU. */
  readonly live: boolean;
  readonly why: string;
}

export interface PreviewSummary {
  readonly listings: number;
  readonly changes: Readonly<Record<PreviewChange, number>>;
  /** Listings for which nothing would be sent: their stock is unknown, or they move no stock. */
  readonly silent: number;
}

/** Computes what a connection would publish if it went live. Writes nothing. */
@Injectable()
export class Preview {
  private readonly logger = new Logger('Preview');

  constructor(
    private readonly listings: ListingsRepository,
    private readonly wanted: TargetNumbers,
  ) {}

  /** Up to `limit` rows after a listing, by SKU; only those with the change that is asked for. */
  async page(
    connection: Connection,
    after: string,
    limit: number,
    change?: PreviewChange,
  ): Promise<{ rows: PreviewRow[]; next: string | null }> {
    const rows: PreviewRow[] = [];
    for (let from = after; ;) {
      const listings = await this.listings.page(connection.id, from, PAGE);
      const found = await this.rowsOf(connection, listings);
      for (const [position, row] of found.entries()) {
        if (change !== undefined && row.change !== change) continue;
        if (rows.length === limit) return { rows, next: from };
        rows.push(row);
        from = listings[position]?._id ?? from;
      }
      const last = listings.at(-1);
      if (!last || listings.length < PAGE) return { rows, next: null };
      if (rows.length < limit) from = last._id;
    }
  }

  async summary(connection: Connection): Promise<PreviewSummary> {
    const changes = { none: 0, raised: 0, lowered: 0, zeroed: 0, unknown: 0 };
    let [listings, silent] = [0, 0];
    for await (const row of this.all(connection)) {
      listings += 1;
      changes[row.change] += 1;
      if (row.wouldSend === null) silent += 1;
    }
    return { listings, changes, silent };
  }

  /** All rows as CSV with a header line, read as it is sent. */
  csv(connection: Connection): Readable {
    const csv = stringify({ header: true, columns: [...COLUMNS] });
    pipeline(Readable.from(this.lines(connection)), csv, (error) => {
      if (error) this.logger.warn(`a preview broke off: ${error.message}`);
    });
    return csv;
  }

  private async *lines(connection: Connection): AsyncGenerator<(string | number)[]> {
    for await (const { sku, current, wouldSend, change, live, why } of this.all(connection))
      yield [guarded(sku), current ?? '', wouldSend ?? '', change, live ? 'yes' : 'no', guarded(why)];
  }

  private async *all(connection: Connection): AsyncGenerator<PreviewRow> {
    for (let after = ''; ;) {
      const listings = await this.listings.page(connection.id, after, PAGE);
      yield* await this.rowsOf(connection, listings);
      const last = listings.at(-1);
      if (!last || listings.length < PAGE) return;
      after = last._id;
    }
  }

  private async rowsOf(connection: Connection, listings: readonly Listing[]): Promise<PreviewRow[]> {
    const asLive: Connection = { ...connection, publishing: connection.publishing === 'stopped' ? 'stopped' : 'live' };
    const wanted = await this.wanted.of(asLive, listings);
    return listings.map((listing) => rowOf(connection, listing, wanted.get(listing._id)));
  }
}

function rowOf(connection: Connection, listing: Listing, wanted: Target | undefined): PreviewRow {
  const { observed: seen, published: told } = listing;
  const current = (told && (!seen || told.at > seen.at) ? told : seen)?.quantity ?? null;
  const wouldSend = wanted?.state === 'number' ? wanted.quantity : null;
  return {
    sku: listing.sku,
    current,
    wouldSend,
    change: changeOf(current, wouldSend),
    live: publishingOf(connection, listing.sku) !== 'shadow',
    why: why(listing, wanted, connection),
  };
}

function changeOf(current: number | null, wouldSend: number | null): PreviewChange {
  if (wouldSend === null || wouldSend === current) return 'none';
  if (current === null) return 'unknown';
  if (wouldSend === 0) return 'zeroed';
  return wouldSend > current ? 'raised' : 'lowered';
}

/** Explains the number. */
function why({ sku, parts, rules }: Listing, wanted: Target | undefined, { publishing }: Connection): string {
  if (wanted?.state === 'nothing') return 'it is set to move no stock';
  if (wanted?.state !== 'number') return 'no stock is known of it yet';
  if (publishing === 'stopped') return 'selling is stopped: 0 is published';
  if (rules.notForSale) return 'it is not for sale: 0 is published';
  const own = partsOf({ sku, ...(parts ? { parts } : {}) });
  const made = parts ? `made of ${own.map((part) => `${part.quantity} x ${part.sku}`).join(' + ')}; ` : '';
  const places = wanted.parts?.map(({ location, quantity }) => `${quantity} in ${location}`).join(', ');
  const kept = [
    rules.buffer > 0 ? `${rules.buffer} kept back` : '',
    rules.cap === null ? '' : `at most ${rules.cap}`,
  ].filter((text) => text !== '');
  return `${made}what nobody was promised${places ? `: ${places}` : ''}${kept.length > 0 ? `; ${kept.join(', ')}` : ''}`;
}
