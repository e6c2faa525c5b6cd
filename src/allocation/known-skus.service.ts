import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { errorText } from '../common/error-text.js';
import { Batcher } from '../common/batcher.js';
import { atMost, forgottenAfter } from '../common/ttl.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { type ErpConnector } from '../connectors/contract.js';
import { type Bound } from '../connectors/registry.js';
import { JobQueue } from '../queues/job-queue.service.js';
import { EntriesRepository } from '../stock/entries.repository.js';
import { entryId } from '../stock/entry-id.js';

const UNKNOWN_FOR_MS = 30_000;
const REMEMBERED = 10_000;

/** Asks the ERP about SKUs that the ledger has no entry for. Each SKU that the ERP has gets its stock entries. */
@Injectable()
export class KnownSkus {
  private readonly logger = new Logger('KnownSkus');
  /** While a stale one lasts, its order waits to be mapped; an evicted one is asked for again. */
  private readonly unknown = new LRUCache<string, true>({ ...atMost(REMEMBERED), ...forgottenAfter(UNKNOWN_FOR_MS) });
  private readonly asking = new Batcher<string, boolean>((skus) => this.ask(skus), { maxItems: 100, waitMs: 5 });

  constructor(
    private readonly connections: ConnectionsService,
    private readonly entries: EntriesRepository,
    private readonly jobQueue: JobQueue,
  ) {}

  /** The SKUs that the ERP has. A SKU that cannot be asked for now counts as unknown; the next plan asks again. */
  async among(skus: readonly string[]): Promise<ReadonlySet<string>> {
    const open = skus.filter((sku) => !this.unknown.has(sku));
    if (open.length === 0 || !this.connections.erp()) return new Set();
    const answers = await Promise.all(open.map((sku) => this.asking.add(sku)));
    return new Set(open.filter((_, position) => answers[position]));
  }

  private async ask(skus: readonly string[]): Promise<boolean[]> {
    const answers = await Promise.all(this.connections.erps().map((erp) => this.askOne(erp, skus)));
    const known = skus.map((_, position) => answers.some((found) => found?.[position]));
    // A SKU missing in every answer may exist at an ERP that gave no answer.
    if (answers.every((found) => found !== null))
      skus.forEach((sku, position) => known[position] || this.unknown.set(sku, true));
    return known;
  }

  /** Null: the ERP gave no answer. */
  private async askOne(
    { connector, connection }: Bound<ErpConnector>,
    skus: readonly string[],
  ): Promise<boolean[] | null> {
    try {
      const { stock } = await connector.observeStock(skus, connection);
      const found = new Map(stock.map((one) => [one.sku, one]));
      const wanted = stock.flatMap(({ sku, warehouses }) =>
        warehouses.flatMap(({ warehouse }) => (warehouse === null ? [] : [{ sku, warehouse, master: connection.id }])),
      );
      const fresh = await this.entries.ensure(wanted);
      const made = new Set(
        wanted.map(({ sku, warehouse }) => entryId(sku, warehouse)).filter((id) => fresh.includes(id)),
      );
      if (made.size > 0) void this.jobQueue.enqueue('stock', [{ ids: [...made] }]);
      return skus.map((sku) => found.has(sku));
    } catch (error) {
      this.logger.warn(`${connection.id} was not asked for unknown SKUs: ${errorText(error)}`);
      return null;
    }
  }
}
