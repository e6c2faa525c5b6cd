import { Injectable } from '@nestjs/common';
import { checkpoint } from '../../common/checkpoint.js';
import { withContext } from '../../common/context.js';
import { underLease } from '../../common/lease.js';
import { AdmissionControl } from '../../queues/admission-control.service.js';
import { JobHandler } from '../../queues/job-handler.decorator.js';
import { type JobOutcome } from '../../queues/job-outcome.js';
import { LEDGER } from '../../stock/ledger.types.js';
import { FailurePolicy } from '../../outages/failure-policy.service.js';
import { ChunksRepository, type NumberedChunk } from './chunks.repository.js';
import { type StockImport } from './import.schema.js';
import { isFinished } from './import.types.js';
import { ImportsRepository } from './imports.repository.js';
import { LineApplier } from './line-applier.service.js';
import { StockCheck } from './stock-check.service.js';

/** Chunks processed at the same time. */
const TOGETHER = 4;

/**
 * Applies received files: every line is checked before the first is applied. It may be interrupted
 * anywhere and started again.
 */
@Injectable()
export class ImportWorker {
  constructor(
    private readonly imports: ImportsRepository,
    private readonly chunks: ChunksRepository,
    private readonly stock: StockCheck,
    private readonly applier: LineApplier,
    private readonly admission: AdmissionControl,
    private readonly failures: FailurePolicy,
  ) {}

  /** Continues an unfinished import. */
  @JobHandler('imports')
  async work(id: string): Promise<JobOutcome> {
    const found = await this.imports.find(id);
    if (!found || isFinished(found.state))
      return { action: 'import.checked', status: 'success', response: { open: false } };
    const correlationIds = found.correlationId === undefined ? [] : [found.correlationId];
    return withContext({ actor: found.actor, correlationIds }, async () => {
      try {
        const state = await underLease(this.imports.leases.of(id), () => this.carryOn(id));
        return {
          action: 'stock.import',
          status: state === null ? 'pending' : 'success',
          response: { state: state ?? 'busy' },
        };
      } catch (error) {
        const verdict = await this.failures.decide(LEDGER, error, found.work.attempts);
        await this.imports.work.postpone(
          id,
          found.work.requested,
          verdict.due,
          verdict.reason,
          verdict.countsAsAttempt,
        );
        return {
          action: 'stock.import',
          status: 'error',
          response: { waiting: verdict.reason, nextTry: verdict.due.toISOString() },
        };
      }
    });
  }

  /** The previous holder of the lease may have advanced it since it was read. */
  private async carryOn(id: string): Promise<string> {
    const found = await this.imports.find(id);
    if (!found) return 'gone';
    if (found.state === 'receiving') return this.forget(found);
    if (found.state === 'checking') await this.check(found);
    const checked = await this.imports.find(id);
    if (checked?.state === 'applying') await this.apply(checked);
    return (await this.imports.find(id))?.state ?? 'gone';
  }

  /** The receiving process has died. Its sender received no answer, and repeats it. */
  private async forget(found: StockImport): Promise<string> {
    await this.chunks.forget(found);
    await this.imports.forget(found._id, found.upload);
    return 'gone';
  }

  private async check(found: StockImport): Promise<void> {
    const check = this.stock.begin(found.options);
    await this.each(found, 'checked', async ({ number, lines }) =>
      this.chunks.put(found, { number, lines: await check(lines) }),
    );
    const { wrong } = await this.chunks.counts(found);
    const next = wrong > 0 ? 'refused' : found.options.dryRun ? 'done' : 'applying';
    await this.imports.moveOn(found._id, 'checking', next);
    checkpoint('import.checked');
  }

  private async apply(found: StockImport): Promise<void> {
    await this.each(found, 'applied', async (chunk) => {
      const lines = await this.applier.apply(found, chunk.lines);
      checkpoint('import.appended');
      await this.chunks.put(found, { number: chunk.number, lines });
    });
    await this.imports.moveOn(found._id, 'applying', 'done');
    checkpoint('import.done');
  }

  /**
   * Processes some chunks at a time, from the stored progress on. Webhooks go first. An error stops the
   * other chunks as well.
   */
  private async each(
    found: StockImport,
    step: 'checked' | 'applied',
    work: (chunk: NumberedChunk) => Promise<void>,
  ): Promise<void> {
    const total = found.chunks ?? 0;
    const done = new Set<number>();
    let allBefore = found[step];
    let next = allBefore;
    const one = async (number: number): Promise<void> => {
      const [chunk] = await this.chunks.read(found, number, 1);
      if (chunk) await this.admission.run('solo', () => work(chunk));
      done.add(number);
      while (done.delete(allBefore)) allBefore += 1;
      await this.imports.noteProgress(found._id, { [step]: allBefore });
      checkpoint(step === 'checked' ? 'import.checking' : 'import.applied');
    };
    const lane = async (): Promise<void> => {
      try {
        while (next < total) await one(next++);
      } catch (error) {
        next = total;
        throw error;
      }
    };
    const ended = await Promise.allSettled(Array.from({ length: TOGETHER }, lane));
    for (const result of ended) if (result.status === 'rejected') throw result.reason;
  }
}
