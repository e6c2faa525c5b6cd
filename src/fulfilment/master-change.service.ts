import { Injectable } from '@nestjs/common';
import { EntriesRepository, isCounted } from '../stock/entries.repository.js';
import { entryId } from '../stock/entry-id.js';
import { LEDGER } from '../stock/ledger.types.js';
import { type StockEntry } from '../stock/schemas.js';
import { MarkedScan } from './brake/marked-scan.service.js';
import { UnusableStock } from './unusable-stock.service.js';

const PAGE = 1_000;

export interface NewMaster {
  readonly from: string;
  readonly to: string;
}

/** Gives stock entries another master. What was wrong with them under the former one is forgotten, and their listings are published again. */
@Injectable()
export class MasterChange {
  constructor(
    private readonly entries: EntriesRepository,
    private readonly scan: MarkedScan,
    private readonly unusable: UnusableStock,
  ) {}

  /** Repeatable. The entry as it was; null: there is none. */
  async ofSku(sku: string, warehouse: string, to: string): Promise<StockEntry | null> {
    const [entry] = await this.entries.byIds([entryId(sku, warehouse)]);
    if (!entry) return null;
    await this.change([entry], { from: entry.master, to });
    return entry;
  }

  /** Repeatable: continues where it was interrupted. */
  async ofWarehouse(warehouse: string, change: NewMaster): Promise<void> {
    if (change.to !== LEDGER) await this.scan.begin(change.to);
    await this.pages(warehouse, (page) => this.change(page, change));
  }

  /** Everything of a warehouse is read again in its ERP. Large differences are judged together. */
  async reread(warehouse: string, erp: string): Promise<void> {
    await this.scan.begin(erp);
    await this.pages(warehouse, (page) => this.entries.wantObservation(page.map(({ _id }) => _id)));
  }

  private async pages(warehouse: string, work: (page: readonly StockEntry[]) => Promise<void>): Promise<void> {
    for (let after = ''; ;) {
      const page = await this.entries.ofWarehouse(warehouse, after, PAGE);
      if (page.length > 0) await work(page);
      if (page.length < PAGE) return;
      after = page.at(-1)?._id ?? after;
    }
  }

  private async change(entries: readonly StockEntry[], { from, to }: NewMaster): Promise<void> {
    const changed = from === to ? [] : entries.filter(({ master }) => master === from);
    if (changed.length > 0)
      await this.entries.changeMaster(
        changed.map(({ _id }) => _id),
        from,
        to,
      );
    // An entry that is the ledger's already may be of a process that ended before it published.
    const free =
      to === LEDGER
        ? entries.filter(({ master }) => master === from || master === LEDGER)
        : changed.filter((entry) => entry.problem !== undefined || !isCounted(entry));
    await this.unusable.resume(free);
  }
}
