import { Injectable } from '@nestjs/common';
import { withContext } from '../common/context.js';
import { NotFoundError } from '../common/errors.js';
import { ListingsRepository } from '../listings/listings.repository.js';
import { EntriesRepository } from '../stock/entries.repository.js';
import { LEDGER } from '../stock/ledger.types.js';
import { JobQueue } from '../queues/job-queue.service.js';
import { PumpWakeups } from '../publishing/pump-wakeups.service.js';

/** The work that was started for a SKU. */
export interface StockResync {
  readonly sku: string;
  /** The entries whose ERP is read again. */
  readonly observing: readonly { readonly warehouse: string; readonly master: string }[];
  /** The listings that are published again, whatever was published before. */
  readonly publishing: readonly { readonly connection: string; readonly sku: string }[];
}

/** Observes a SKU again at its masters, and publishes it again to every channel. */
@Injectable()
export class StockResyncService {
  constructor(
    private readonly entries: EntriesRepository,
    private readonly listings: ListingsRepository,
    private readonly jobQueue: JobQueue,
    private readonly pumps: PumpWakeups,
  ) {}

  /** @throws NotFoundError for a SKU that is neither counted nor sold */
  async resync(sku: string): Promise<StockResync> {
    const entries = await this.entries.ofSkus([sku]);
    const publishing = await this.listings.republish(sku);
    if (entries.length === 0 && publishing.length === 0) throw new NotFoundError('problems.not-found.sku', { sku });
    const observing = entries.filter((entry) => entry.master !== LEDGER);
    const ids = observing.map((entry) => entry._id);
    if (ids.length > 0) {
      await this.entries.wantObservation(ids);
      await withContext({ productSkus: [sku] }, () => Promise.resolve(this.jobQueue.send('stock', ids)));
    }
    this.pumps.wake(new Set(publishing.map((one) => one.connection)));
    return { sku, observing: observing.map(({ warehouse, master }) => ({ warehouse, master })), publishing };
  }
}
