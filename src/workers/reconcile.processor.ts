import { Process, Processor } from '@nestjs/bull';
import { type Job } from 'bull';
import { RunWorker } from '../reconcile/runs/run-worker.service.js';
import { JobRunner } from './job-runner.service.js';
import { QUEUES, type JobContext, type JobData } from '../queues/queue-names.js';

/** Looks at everything. */
@Processor('reconcile')
export class ReconcileProcessor {
  constructor(
    private readonly jobs: JobRunner,
    private readonly worker: RunWorker,
  ) {}

  @Process({ concurrency: QUEUES.reconcile })
  process(job: Job<JobData['reconcile'] & JobContext>): Promise<void> {
    return this.jobs.run('reconcile', job, () => this.worker.work(job.data.runId));
  }
}
