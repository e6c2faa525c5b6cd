import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { mongo } from 'mongoose';
import { checkpoint } from '../../common/checkpoint.js';
import { withContext } from '../../common/context.js';
import { underLease } from '../../common/lease.js';
import { AppConfig } from '../../config/app-config.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { JobQueue } from '../../queues/job-queue.service.js';
import { AdmissionControl } from '../../queues/admission-control.service.js';
import { JobHandler } from '../../queues/job-handler.decorator.js';
import { type JobOutcome } from '../../queues/job-outcome.js';
import { LEDGER } from '../../stock/ledger.types.js';
import { FailurePolicy } from '../../outages/failure-policy.service.js';
import { SalesFirst } from '../sales-first.service.js';
import { ChannelLoadStep } from '../steps/channel-load.service.js';
import { ChannelStockStep } from '../steps/channel-stock.service.js';
import { ErpLoadStep } from '../steps/erp-load.service.js';
import { ErpStockStep } from '../steps/erp-stock.service.js';
import { PartUnworkableError, type PartWorker } from '../steps/step.js';
import { type Run } from './run.schema.js';
import { RunLinesRepository } from './run-lines.repository.js';
import { type PartKind, type RunPart, totalOf } from './run.types.js';
import { RunsRepository } from './runs.repository.js';

/** The length of one job. The logs show its progress, and a stopping process waits for one step only. */
const SLICE_MS = 10_000;
/** A part without progress for this long is skipped, so that the others continue. */
const HOPELESS_MS = 6 * 3_600_000;

/** The state of a job, and when the next one is due; null: the run has ended. */
interface Slice {
  readonly again: Date | null;
}

/** Advances runs step by step. It may be interrupted anywhere and started again after the last counted step. */
@Injectable()
export class RunWorker implements BeforeApplicationShutdown {
  private readonly works: Record<PartKind, PartWorker>;
  private stopped = false;

  constructor(
    private readonly config: AppConfig,
    private readonly runs: RunsRepository,
    private readonly lines: RunLinesRepository,
    private readonly connections: ConnectionsService,
    private readonly sales: SalesFirst,
    private readonly admission: AdmissionControl,
    private readonly failures: FailurePolicy,
    private readonly jobQueue: JobQueue,
    erpStock: ErpStockStep,
    channelStock: ChannelStockStep,
    erpLoad: ErpLoadStep,
    channelLoad: ChannelLoadStep,
  ) {
    this.works = { erp_stock: erpStock, channel_stock: channelStock, erp_load: erpLoad, channel_load: channelLoad };
  }

  beforeApplicationShutdown(): void {
    this.stopped = true;
  }

  /** Continues an unfinished run. */
  @JobHandler('reconcile')
  async work(id: string): Promise<JobOutcome> {
    const run = await this.runs.find(id);
    if (run?.state !== 'running') return { action: 'run.step', status: 'success', response: { open: false } };
    const correlationIds = run.correlationId === undefined ? [] : [run.correlationId];
    return withContext({ actor: run.actor, correlationIds }, async () => {
      try {
        const slice = await underLease(this.runs.leases(id), () => this.slice(id));
        if (slice?.again) this.jobQueue.send('reconcile', [id], Math.max(0, slice.again.getTime() - Date.now()));
        return await this.outcomeOf(id, slice);
      } catch (error) {
        return this.putOff(id, error);
      }
    });
  }

  /** Stops a run. Its findings and corrections so far stand. */
  async stop(run: Run): Promise<void> {
    await this.runs.finish(run._id, 'stopped');
    const part = run.parts[run.part];
    if (run.state === 'running' && part) await this.works[part.work].left?.(run, part);
  }

  private async slice(id: string): Promise<Slice> {
    const until = Date.now() + SLICE_MS;
    for (let again = true; ; again = false) {
      const run = await this.runs.find(id);
      if (run?.state !== 'running') return { again: null };
      if (run.parts[run.part] === undefined) {
        await this.runs.finish(id, 'done');
        return { again: null };
      }
      const { notBefore } = run.cursor ?? {};
      if (this.stopped || Date.now() >= until || (notBefore && notBefore.getTime() > until))
        return { again: notBefore ?? new Date() };
      await this.until(notBefore);
      await this.sales.turn();
      if (this.stopped) return { again: new Date() };
      await this.admission.run('solo', () => this.step(run, again));
      await sleep(this.config.values.RECONCILE_PACE_MS);
    }
  }

  private async until(time: Date | undefined): Promise<void> {
    while (time && Date.now() < time.getTime() && !this.stopped)
      await sleep(Math.min(100, Math.max(1, time.getTime() - Date.now())));
  }

  private async step(run: Run, again: boolean): Promise<void> {
    const part = run.parts[run.part];
    if (!part) return;
    try {
      if ((await this.connections.blockedUntil(part.connection)) === 'paused')
        throw new PartUnworkableError(`${part.connection} is paused`);
      const size = this.config.values.RECONCILE_BATCH_SIZE;
      const result = await this.works[part.work].step({ run, part, cursor: run.cursor, size, again });
      checkpoint('run.looked');
      await this.lines.put(run, result.findings);
      await this.runs.noteStep(run, result);
      this.failures.recordSuccess(part.connection);
    } catch (error) {
      if (!(error instanceof PartUnworkableError)) throw error;
      await this.skip(run, part, error.message);
    }
  }

  private async skip(run: Run, part: RunPart, reason: string): Promise<void> {
    await this.works[part.work].left?.(run, part);
    await this.runs.skipPart(run, reason);
  }

  /** The platform is unreachable or limits calls, or the database fails: the run waits. */
  private async putOff(id: string, error: unknown): Promise<JobOutcome> {
    const run = await this.runs.find(id);
    const part = run?.parts[run.part];
    if (!run || !part) throw error;
    // A connector cannot classify the errors of our own database.
    const verdict = await this.failures.decide(error instanceof mongo.MongoError ? LEDGER : part.connection, error);
    if (Date.now() - run.progressAt.getTime() > HOPELESS_MS) await this.skip(run, part, verdict.reason);
    await this.runs.work.postpone(id, run.work.requested, verdict.due, verdict.reason);
    this.jobQueue.send('reconcile', [id], Math.max(1, verdict.due.getTime() - Date.now()));
    const response = { runId: id, waiting: verdict.reason, nextTry: verdict.due.toISOString() };
    return { action: 'run.step', status: 'error', connection: part.connection, response };
  }

  private async outcomeOf(id: string, slice: Slice | null): Promise<JobOutcome> {
    if (!slice) return { action: 'run.step', status: 'pending', response: { runId: id, busy: true } };
    const run = await this.runs.find(id);
    const about = { runId: id, kind: run?.kind, state: run?.state, steps: run?.step };
    if (slice.again) return { action: 'run.step', status: 'pending', response: about };
    return { action: 'run.done', status: 'success', response: { ...about, counts: totalOf(run?.parts ?? []) } };
  }
}
