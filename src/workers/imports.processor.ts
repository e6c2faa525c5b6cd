import { Process, Processor } from '@nestjs/bull';
import { type Job } from 'bull';
import { ImportWorker } from '../import-export/import/import-worker.service.js';
import { JobRunner } from './job-runner.service.js';
import { QUEUES, type JobContext, type JobData } from '../queues/queue-names.js';

/** Files of stock that somebody sent. */
@Processor('imports')
export class ImportsProcessor {
  constructor(
    private readonly jobs: JobRunner,
    private readonly imports: ImportWorker,
  ) {}

  @Process({ concurrency: QUEUES.imports })
  process(job: Job<JobData['imports'] & JobContext>): Promise<void> {
    return this.jobs.run('imports', job, () => this.imports.work(job.data.importId));
  }
}
