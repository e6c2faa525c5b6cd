import { Injectable, type StreamableFile } from '@nestjs/common';
import { fromCursor, toCursor } from '../../common/cursor.js';
import { NotFoundError } from '../../common/errors.js';
import { guarded } from '../../common/csv.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { csvFile, type CsvCell } from '../report/csv-file.js';
import { LISTING_TROUBLES, type ListingsCheckQuery, wantsCsv } from '../report/run.dto.js';
import { type CheckPlace, ListingTroubles } from './listing-troubles.service.js';
import { type ListingsCheckView, type ListingTrouble, type ListingTroubleItem } from './listings-check.view.js';

const BEGIN: CheckPlace = { side: 'channel', after: '' };
/** The most parts examined for one page: rare findings may take several pages. */
const MOST_PARTS = 10;
const COLUMNS = ['trouble', 'sku', 'externalIds', 'detail'] as const;

/** Listings that a person must correct before the channel can receive the right number. */
@Injectable()
export class ListingsCheck {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly troubles: ListingTroubles,
  ) {}

  /** A page of it, or everything as a file. @throws NotFoundError when there is no such channel */
  async show(
    connection: string,
    query: ListingsCheckQuery,
    accept: string | undefined,
  ): Promise<ListingsCheckView | StreamableFile> {
    if (!this.connections.channel(connection))
      throw new NotFoundError('problems.not-found.channel', { connection: connection.slice(0, 100) });
    const { trouble, cursor, limit, format } = query;
    if (wantsCsv(format, accept)) return csvFile(`listings-${connection}.csv`, COLUMNS, this.rows(connection, trouble));
    const from = cursor === undefined ? BEGIN : fromCursor(cursor, isPlace);
    const counts = cursor === undefined ? { counts: await this.counts(connection) } : {};
    return { connection, ...counts, ...(await this.page(connection, from, trouble, limit)) };
  }

  private async page(
    connection: string,
    from: CheckPlace,
    trouble: ListingTrouble | undefined,
    limit: number,
  ): Promise<Pick<ListingsCheckView, 'items' | 'nextCursor'>> {
    const items: ListingTroubleItem[] = [];
    let place: CheckPlace | null = from;
    for (let parts = 0; place !== null && parts < MOST_PARTS; parts += 1) {
      const part = await this.troubles.after(connection, place);
      for (const found of part.items.filter(({ item }) => trouble === undefined || item.trouble === trouble)) {
        // A listing is on one page as a whole, because a page continues after it.
        if (items.length >= limit && found.place.after !== place.after) return { items, nextCursor: toCursor(place) };
        items.push(found.item);
        place = found.place;
      }
      place = part.next;
    }
    return { items, nextCursor: place && toCursor(place) };
  }

  private async counts(connection: string): Promise<Record<ListingTrouble, number>> {
    const counts = Object.fromEntries(LISTING_TROUBLES.map((trouble) => [trouble, 0])) as Record<
      ListingTrouble,
      number
    >;
    for await (const { trouble } of this.all(connection)) counts[trouble] += 1;
    return counts;
  }

  private async *rows(connection: string, trouble: ListingTrouble | undefined): AsyncGenerator<readonly CsvCell[]> {
    for await (const item of this.all(connection)) {
      if (trouble !== undefined && item.trouble !== trouble) continue;
      yield [item.trouble, guarded(item.sku), guarded(item.externalIds.join(' ')), guarded(item.detail)];
    }
  }

  private async *all(connection: string): AsyncGenerator<ListingTroubleItem> {
    for (let place: CheckPlace | null = BEGIN; place !== null;) {
      const part = await this.troubles.after(connection, place);
      yield* part.items.map(({ item }) => item);
      place = part.next;
    }
  }
}

function isPlace(place: unknown): place is CheckPlace {
  if (typeof place !== 'object' || place === null) return false;
  const { side, after } = place as Partial<CheckPlace>;
  return (side === 'channel' || side === 'stock') && typeof after === 'string';
}
