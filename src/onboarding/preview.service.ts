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
const COLUMNS = ['sku', 'shown', 'wouldSend', 'change', 'live', 'why'] as const;

/** What a channel would be told of one listing, if it were live. */
export interface PreviewRow {
  readonly sku: string;
  /** What it shows, as far as is known. */
  readonly shown: number | null;
  /** Null: nothing, for the reason given. */
  readonly wouldSend: number | null;
  readonly change: PreviewChange;
  /** It is told already. */
  readonly live: boolean;
  readonly why: string;
}

export interface PreviewSummary {
  readonly listings: number;
  readonly changes: Readonly<Record<PreviewChange, number>>;
  /** Nothing would be sent: nobody has counted it, or it moves no stock. */
  readonly silent: number;
}

/** What a connection would do if somebody took it live. Nothing is written. */
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
    for await (const { sku, shown, wouldSend, change, live, why } of this.all(connection))
      yield [guarded(sku), shown ?? '', wouldSend ?? '', change, live ? 'yes' : 'no', guarded(why)];
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
  const shown = (told && (!seen || told.at > seen.at) ? told : seen)?.quantity ?? null;
  const wouldSend = wanted?.state === 'number' ? wanted.quantity : null;
  return {
    sku: listing.sku,
    shown,
    wouldSend,
    change: changeOf(shown, wouldSend),
    live: publishingOf(connection, listing.sku) !== 'shadow',
    why: why(listing, wanted, connection),
  };
}

function changeOf(shown: number | null, wouldSend: number | null): PreviewChange {
  if (wouldSend === null || wouldSend === shown) return 'none';
  if (shown === null) return 'unknown';
  if (wouldSend === 0) return 'zeroed';
  return wouldSend > shown ? 'raised' : 'lowered';
}

/** Where the number comes from, in words. */
function why({ sku, parts, rules }: Listing, wanted: Target | undefined, { publishing }: Connection): string {
  if (wanted?.state === 'nothing') return 'it is set to move no stock';
  if (wanted?.state !== 'number') return 'nobody has said yet how much there is: no stock is known of it';
  if (publishing === 'stopped') return 'selling is stopped: 0 is told';
  if (rules.notForSale) return 'it is paused here: 0 is told';
  const own = partsOf({ sku, ...(parts ? { parts } : {}) });
  const made = parts ? `made of ${own.map((part) => `${part.quantity} x ${part.sku}`).join(' + ')}; ` : '';
  const places = wanted.parts?.map(({ location, quantity }) => `${quantity} in ${location}`).join(', ');
  const kept = [
    rules.buffer > 0 ? `${rules.buffer} kept back` : '',
    rules.cap === null ? '' : `at most ${rules.cap}`,
  ].filter((text) => text !== '');
  return `${made}what nobody was promised${places ? `: ${places}` : ''}${kept.length > 0 ? `; ${kept.join(', ')}` : ''}`;
}
