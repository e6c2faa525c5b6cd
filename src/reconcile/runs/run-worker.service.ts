import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { mongo } from 'mongoose';
import { withContext } from '../../common/context.js';
import { underLease } from '../../common/lease.js';
import { AppConfig } from '../../config/app-config.js';
import { JobQueue } from '../../queues/job-queue.service.js';
import { AdmissionControl } from '../../queues/admission-control.service.js';
import { JobHandler } from '../../queues/job-handler.decorator.js';
import { type JobOutcome } from '../../queues/job-outcome.js';
import { LEDGER } from '../../stock/ledger.types.js';
import { FailurePolicy } from '../../outages/failure-policy.service.js';
import { SalesFirst } from '../sales-first.service.js';
import { type Run } from './run.schema.js';
import { totalOf } from './run.types.js';
import { RunSteps } from './run-steps.service.js';
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
  private stopped = false;

  constructor(
    private readonly config: AppConfig,
    private readonly runs: RunsRepository,
    private readonly steps: RunSteps,
    private readonly sales: SalesFirst,
    private readonly admission: AdmissionControl,
    private readonly failures: FailurePolicy,
    private readonly jobQueue: JobQueue,
  ) {}

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
        const slice = await underLease(this.runs.leases.of(id), () => this.slice(id));
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
    if (run.state === 'running' && part) await this.steps.leave(run, part);
  }

  private async slice(id: string): Promise<Slice> {
    const until = Date.now() + SLICE_MS;
    for (let again = true; ; again = false) {
      const run = await this.runs.find(id);
      if (run?.state !== 'running') return { again: null };
      const part = run.parts[run.part];
      if (part === undefined) {
        await this.runs.finish(id, 'done');
        return { again: null };
      }
      const { notBefore } = run.cursor ?? {};
      if (this.stopped || Date.now() >= until || (notBefore && notBefore.getTime() > until))
        return { again: notBefore ?? new Date() };
      await this.until(notBefore);
      await this.sales.turn();
      if (this.stopped) return { again: new Date() };
      await this.admission.run('solo', () => this.steps.step(run, part, again));
      await sleep(this.config.values.RECONCILE_PACE_MS);
    }
  }

  private async until(time: Date | undefined): Promise<void> {
    while (time && Date.now() < time.getTime() && !this.stopped)
      await sleep(Math.min(100, Math.max(1, time.getTime() - Date.now())));
  }

  /** The platform is unreachable or limits calls, or the database fails: the run waits. */
  private async putOff(id: string, error: unknown): Promise<JobOutcome> {
    const run = await this.runs.find(id);
    const part = run?.parts[run.part];
    if (!run || !part) throw error;
    // A connector cannot classify the errors of our own database.
    const verdict = await this.failures.decide(error instanceof mongo.MongoError ? LEDGER : part.connection, error);
    if (Date.now() - run.progressAt.getTime() > HOPELESS_MS) await this.steps.skip(run, part, verdict.reason);
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
