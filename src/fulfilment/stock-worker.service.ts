import { Injectable } from '@nestjs/common';
import { ConnectionsService } from '../connections/connections.service.js';
import { BatchJobHandler } from '../queues/job-handler.decorator.js';
import { type JobOutcome, type JobOutcomes } from '../queues/job-outcome.js';
import { isOpen } from '../common/mongo/mark.js';
import { EntriesRepository } from '../stock/entries.repository.js';
import { LEDGER } from '../stock/ledger.types.js';
import { MovementsRepository } from '../stock/movements.repository.js';
import { ProjectionService } from '../stock/projection.service.js';
import { type StockEntry } from '../stock/schemas.js';
import { isUnusable, UNUSABLE_AFTER_MS } from '../stock/unusable.js';
import { MarkedScan } from './brake/marked-scan.service.js';
import { FailurePolicy } from '../outages/failure-policy.service.js';
import { StockObserver, UncountableError } from './stock-observer.service.js';
import { RETRY_AFTER_MS } from '../config/retry-delays.js';

/** Observes marked entries in the ERP, and projects movements that a crash left. */
@Injectable()
export class StockWorker {
  constructor(
    private readonly entries: EntriesRepository,
    private readonly movements: MovementsRepository,
    private readonly projection: ProjectionService,
    private readonly observer: StockObserver,
    private readonly connections: ConnectionsService,
    private readonly failures: FailurePolicy,
    private readonly scan: MarkedScan,
  ) {}

  @BatchJobHandler('stock')
  async observe(ids: readonly string[]): Promise<JobOutcomes> {
    const entries = (await this.entries.byIds(ids)).filter(({ observe }) => isOpen(observe));
    const outcomes = entries.map(async (entry) => [entry._id, await this.observeOne(entry)] as const);
    return new Map(await Promise.all(outcomes));
  }

  @BatchJobHandler('movements')
  async project(ids: readonly string[]): Promise<JobOutcomes> {
    const movements = (await this.movements.byIds(ids)).filter((movement) => 'project' in movement);
    if (movements.length > 0) await this.projection.projectNow(movements);
    return new Map(
      movements.map(({ _id, sku }) => [_id, { action: 'stock.projected', status: 'success', productSkus: [sku] }]),
    );
  }

  private async observeOne(entry: StockEntry): Promise<JobOutcome> {
    const about = { action: 'stock.observed', productSkus: [entry.sku] };
    // It had another master when it was marked.
    if (entry.master === LEDGER) {
      await this.entries.observe.settle(entry._id, entry.observe.requested);
      return { ...about, status: 'success' };
    }
    const erp = this.connections.erp(entry.master);
    try {
      await this.observer.observe(
        entry.sku,
        entry.warehouse,
        { type: 'observation' },
        await this.scan.of(entry.master),
      );
      await this.entries.observe.settle(entry._id, entry.observe.requested);
      if (erp) this.failures.recordSuccess(erp.connection.id);
      return { ...about, status: 'success' };
    } catch (error) {
      const uncountable = error instanceof UncountableError;
      // It was observed, and every round observes it again. An uncountable SKU never becomes dead work.
      const verdict = uncountable
        ? { due: new Date(Date.now() + againAfterMs(entry)), reason: error.message, countsAsAttempt: false }
        : await this.failures.decide(entry.master, error, entry.observe.attempts);
      await this.entries.observe.postpone(
        entry._id,
        entry.observe.requested,
        verdict.due,
        verdict.reason,
        verdict.countsAsAttempt,
      );
      return {
        ...about,
        status: 'error',
        response: { waiting: verdict.reason, nextTry: verdict.due.toISOString() },
      };
    }
  }
}

/** Until channels have stopped showing its last number it is asked for again in time for that. */
function againAfterMs(entry: StockEntry): number {
  return entry.observedAt === undefined || isUnusable(entry) ? RETRY_AFTER_MS.uncountableEntry : UNUSABLE_AFTER_MS;
}
