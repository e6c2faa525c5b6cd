import { Injectable } from '@nestjs/common';
import { NotFoundError } from '../../common/errors.js';
import { EntriesRepository } from '../../stock/entries.repository.js';
import { type Balance } from '../../stock/ledger.types.js';
import { type StockEntry } from '../../stock/schemas.js';
import { type Language } from '../../words/language.js';
import { ListingViews } from '../listings/listing-views.service.js';
import { ListingsPageRepository } from '../listings/listings-page.repository.js';
import { reservationsOf, unexplained, type Reservation } from './reservations.js';
import { ReservationsRepository } from './reservations.repository.js';
import { type StockDetails, type StockEntryItem, type StockTotals } from './stock-details.dto.js';
import { toStockItem } from './stock-queries.dto.js';

/** Attempts to read while movements keep arriving. */
const TRIES = 5;

interface Reading {
  readonly heads: ReadonlyMap<string, Balance>;
  readonly reservations: readonly Reservation[];
}

/** Explains the number of a SKU. */
@Injectable()
export class StockDetailsService {
  constructor(
    private readonly entries: EntriesRepository,
    private readonly reservations: ReservationsRepository,
    private readonly listings: ListingsPageRepository,
    private readonly views: ListingViews,
  ) {}

  /** @throws NotFoundError for a SKU that neither the ledger nor any channel knows */
  async of(sku: string, language: Language): Promise<StockDetails> {
    const [entries, listings] = await Promise.all([this.entries.ofSkus([sku]), this.listings.selling(sku)]);
    if (entries.length === 0 && listings.length === 0) throw new NotFoundError('problems.not-found.sku', { sku });
    const [{ heads, reservations }, shown] = await Promise.all([
      this.read(sku, entries),
      this.views.of(listings, language),
    ]);
    const items = entries
      .map((entry) => entryItem(entry, heads.get(entry._id), reservations))
      .sort((a, b) => (a.warehouse < b.warehouse ? -1 : 1));
    return { sku, totals: totalsOf(items), entries: items, reservations: [...reservations], listings: shown };
  }

  /** Balances and owners as of one moment: read again when a movement arrived in between. */
  private async read(sku: string, entries: readonly StockEntry[]): Promise<Reading> {
    const ids = entries.map((entry) => entry._id);
    let heads = await this.reservations.tips(ids);
    for (let tries = 1; ; tries++) {
      const holders = await this.reservations.holders(sku);
      const reservations = reservationsOf(await this.reservations.movementsOf(ids, [...holders.keys()]), holders);
      const after = await this.reservations.tips(ids);
      const still = ids.every((id) => heads.get(id)?.seq === after.get(id)?.seq);
      heads = after;
      if (still || tries === TRIES) return { heads, reservations };
    }
  }
}

/** The balance comes from the chain, the rest from the projection, which may be a moment behind. */
function entryItem(entry: StockEntry, head: Balance | undefined, reservations: readonly Reservation[]): StockEntryItem {
  const { seq, quantity, reserved } = head ?? entry;
  return {
    ...toStockItem(entry),
    seq,
    quantity,
    reserved,
    available: quantity - reserved,
    unexplained: unexplained(reserved, entry.warehouse, reservations),
    seen:
      entry.seen?.warehouses.map(({ code, name, onHand, free, heldByUs }) => ({
        code,
        name,
        onHand,
        free,
        heldByUs,
      })) ?? null,
  };
}

function totalsOf(entries: readonly StockEntryItem[]): StockTotals {
  const sum = (figure: 'quantity' | 'reserved' | 'available' | 'unexplained') =>
    entries.reduce((total, entry) => total + entry[figure], 0);
  return {
    quantity: sum('quantity'),
    reserved: sum('reserved'),
    available: sum('available'),
    unexplained: sum('unexplained'),
  };
}
