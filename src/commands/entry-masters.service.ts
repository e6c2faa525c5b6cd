import { Injectable } from '@nestjs/common';
import { distinct } from '../common/collections.js';
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
    return new Map(
      places.map(({ warehouse }, i) => {
        const id = ids[i] ?? '';
        const entry = byId.get(id);
        return [id, { entry, master: entry?.master ?? this.masterIn(warehouse) }];
      }),
    );
  }

  /** The master of every SKU of a warehouse of which no person has said otherwise. */
  private masterIn(warehouse: string): string {
    return this.warehouses.find(warehouse)?.erp?.connection ?? LEDGER;
  }
}
