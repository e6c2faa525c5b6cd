import { Injectable } from '@nestjs/common';
import { groupBy, distinct } from '../common/collections.js';
import { WarehousesService } from '../connections/warehouses/warehouses.service.js';
import { EntriesRepository } from '../stock/entries.repository.js';
import { entryId } from '../stock/entry-id.js';
import { LEDGER } from '../stock/ledger.types.js';
import { type StockEntry } from '../stock/schemas.js';

export interface Place {
  readonly sku: string;
  readonly warehouse: string;
}

/** What is known of a place before it is changed. */
export interface StockState {
  /** Undefined: nothing was ever counted there. */
  readonly entry: StockEntry | undefined;
  /** The entry's master; of a new one, what it would get. */
  readonly master: string;
}

/** Who decides what is there: of entries that exist, and of those that a change would make. */
@Injectable()
export class EntryMasters {
  constructor(
    private readonly entries: EntriesRepository,
    private readonly warehouses: WarehousesService,
  ) {}

  /** By entry id. */
  async of(places: readonly Place[]): Promise<Map<string, StockState>> {
    const ids = places.map(({ sku, warehouse }) => entryId(sku, warehouse));
    const byId = new Map((await this.entries.byIds(distinct(ids))).map((entry) => [entry._id, entry]));
    const fresh = places.filter((_, i) => !byId.has(ids[i] ?? ''));
    const elsewhere = fresh.length === 0 ? [] : await this.entries.ofSkus(distinct(fresh.map(({ sku }) => sku)));
    const bySku = groupBy(elsewhere, (entry) => entry.sku);
    return new Map(
      places.map((place) => {
        const id = entryId(place.sku, place.warehouse);
        const entry = byId.get(id);
        return [id, { entry, master: entry?.master ?? this.masterOfNew(place, bySku.get(place.sku) ?? []) }];
      }),
    );
  }

  /** The ledger; but where an ERP decides about a SKU elsewhere and feeds this warehouse too, that ERP. */
  private masterOfNew({ warehouse }: Place, elsewhere: readonly StockEntry[]): string {
    const feeding = this.warehouses.find(warehouse)?.erp?.connection;
    return feeding !== undefined && elsewhere.some((entry) => entry.master === feeding) ? feeding : LEDGER;
  }
}
