import { pipeline, Readable } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import { csvWriter, guarded } from '../common/csv.js';
import { type Connection, publishingOf } from '../connectors/contract.js';
import { ListingsRepository } from '../listings/listings.repository.js';
import { type Listing } from '../listings/listing.schema.js';
import { partsOf } from '../listings/listing-parts.js';
import { TargetNumbers, type Target } from '../publishing/target-numbers.service.js';
import { type WordCode } from '../words/core-words.js';
import { type Language } from '../words/language.js';
import { type Message, type MessageParam } from '../words/message.js';
import { Words } from '../words/words.js';
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
  /** Of the text in `why`, as GET /words names it, and the values in it. */
  readonly code: string;
  readonly params: NonNullable<Message['params']>;
}

type Row = Omit<PreviewRow, 'why' | 'code' | 'params'> & { readonly reason: Message<WordCode> };

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
    private readonly words: Words,
  ) {}

  /** Up to `limit` rows after a listing, by SKU; only those with the change that is asked for. */
  async page(
    connection: Connection,
    after: string,
    limit: number,
    language: Language,
    change?: PreviewChange,
  ): Promise<{ rows: PreviewRow[]; next: string | null }> {
    const rows: PreviewRow[] = [];
    for (let from = after; ;) {
      const listings = await this.listings.page(connection.id, from, PAGE);
      const found = await this.rowsOf(connection, listings);
      for (const [position, row] of found.entries()) {
        if (change !== undefined && row.change !== change) continue;
        if (rows.length === limit) return { rows, next: from };
        rows.push(this.worded(row, language));
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
  csv(connection: Connection, language: Language): Readable {
    const csv = csvWriter(COLUMNS);
    pipeline(Readable.from(this.lines(connection, language)), csv, (error) => {
      if (error) this.logger.warn(`a preview broke off: ${error.message}`);
    });
    return csv;
  }

  private async *lines(connection: Connection, language: Language): AsyncGenerator<(string | number)[]> {
    for await (const { sku, current, wouldSend, change, live, reason } of this.all(connection)) {
      const why = guarded(this.words.text(reason, language));
      yield [guarded(sku), current ?? '', wouldSend ?? '', change, live ? 'yes' : 'no', why];
    }
  }

  private worded({ reason, ...row }: Row, language: Language): PreviewRow {
    return { ...row, why: this.words.text(reason, language), code: reason.code, params: reason.params ?? {} };
  }

  private async *all(connection: Connection): AsyncGenerator<Row> {
    for (let after = ''; ;) {
      const listings = await this.listings.page(connection.id, after, PAGE);
      yield* await this.rowsOf(connection, listings);
      const last = listings.at(-1);
      if (!last || listings.length < PAGE) return;
      after = last._id;
    }
  }

  private async rowsOf(connection: Connection, listings: readonly Listing[]): Promise<Row[]> {
    const asLive: Connection = { ...connection, publishing: connection.publishing === 'stopped' ? 'stopped' : 'live' };
    const wanted = await this.wanted.of(asLive, listings);
    return listings.map((listing) => rowOf(connection, listing, wanted.get(listing._id)));
  }
}

function rowOf(connection: Connection, listing: Listing, wanted: Target | undefined): Row {
  const { observed: seen, published: told } = listing;
  const current = (told && (!seen || told.at > seen.at) ? told : seen)?.quantity ?? null;
  const wouldSend = wanted?.state === 'number' ? wanted.quantity : null;
  return {
    sku: listing.sku,
    current,
    wouldSend,
    change: changeOf(current, wouldSend),
    live: publishingOf(connection, listing.sku) !== 'shadow',
    reason: reasonOf(listing, wanted, connection),
  };
}

function changeOf(current: number | null, wouldSend: number | null): PreviewChange {
  if (wouldSend === null || wouldSend === current) return 'none';
  if (current === null) return 'unknown';
  if (wouldSend === 0) return 'zeroed';
  return wouldSend > current ? 'raised' : 'lowered';
}

/** Explains the number. */
function reasonOf(
  { sku, parts, rules }: Listing,
  wanted: Target | undefined,
  { publishing }: Connection,
): Message<WordCode> {
  if (wanted?.state === 'nothing') return { code: 'preview.no_stock' };
  if (wanted?.state !== 'number') return { code: 'preview.unknown' };
  if (publishing === 'stopped') return { code: 'preview.stopped' };
  if (rules.notForSale) return { code: 'preview.not_for_sale' };
  const own = partsOf({ sku, ...(parts ? { parts } : {}) }).map((part) => `${part.quantity} x ${part.sku}`);
  const places = wanted.parts?.map(({ location, quantity }) => `${location} ${quantity}`).join(', ') ?? '';
  return {
    code: 'preview.number',
    params: {
      made: parts ? message('preview.made', { parts: own.join(' + ') }) : '',
      places: places === '' ? '' : message('preview.places', { places }),
      kept: keptBack(rules),
    },
  };
}

function keptBack({ buffer, cap }: Listing['rules']): MessageParam {
  if (cap === null) return buffer > 0 ? message('preview.buffer', { buffer }) : '';
  return buffer > 0 ? message('preview.buffer_cap', { buffer, cap }) : message('preview.cap', { cap });
}

function message(code: WordCode, params: Message['params']): Message {
  return { code, params };
}
