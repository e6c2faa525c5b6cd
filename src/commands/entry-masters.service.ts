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

/** The state of an entry before it is changed. */
export interface StockState {
  /** Undefined: it was never counted. */
  readonly entry: StockEntry | undefined;
  /** The entry's master; for a new one, its future master. */
  readonly master: string;
}

/** The masters of existing entries, and of those that a change would create. */
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

  /** The ledger, unless an ERP that feeds this warehouse masters the SKU elsewhere. */
  private masterOfNew({ warehouse }: Place, elsewhere: readonly StockEntry[]): string {
    const feeding = this.warehouses.find(warehouse)?.erp?.connection;
    return feeding !== undefined && elsewhere.some((entry) => entry.master === feeding) ? feeding : LEDGER;
  }
}
