import { Injectable } from '@nestjs/common';
import { ConnectionsService } from '../connections/connections.service.js';
import { type Warehouse } from '../connections/warehouses/warehouse.schema.js';
import { WarehousesService } from '../connections/warehouses/warehouses.service.js';
import { JobQueue } from '../queues/job-queue.service.js';
import { EntriesRepository } from '../stock/entries.repository.js';
import { entryId } from '../stock/entry-id.js';

/** The stock entries of SKUs in the warehouses that an ERP feeds. */
@Injectable()
export class ErpEntries {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly warehouses: WarehousesService,
    private readonly entries: EntriesRepository,
    private readonly jobQueue: JobQueue,
  ) {}

  /** Makes the entries that are missing, and has the ERP read for those. */
  async ensure(skus: readonly string[]): Promise<void> {
    const fresh = await this.entries.ensure(entriesOf(skus, this.warehouses.all()));
    if (fresh.length > 0) void this.jobQueue.enqueue('stock', [{ ids: fresh }]);
  }

  /** Has the ERPs that are connected read for all of them. */
  async observe(skus: readonly string[]): Promise<void> {
    const connected = this.warehouses.all().filter(({ erp }) => erp && this.connections.erp(erp.connection));
    const entries = entriesOf(skus, connected);
    await this.entries.ensure(entries);
    const ids = entries.map(({ sku, warehouse }) => entryId(sku, warehouse));
    await this.entries.wantObservation(ids);
    this.jobQueue.send('stock', ids);
  }
}

function entriesOf(skus: readonly string[], warehouses: readonly Warehouse[]) {
  return warehouses.flatMap(({ _id: warehouse, erp }) =>
    erp ? skus.map((sku) => ({ sku, warehouse, master: erp.connection })) : [],
  );
}
