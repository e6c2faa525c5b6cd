import { Process, Processor } from '@nestjs/bull';
import { type Job } from 'bull';
import { StockWorker } from '../fulfilment/stock-worker.service.js';
import { JobRunner } from './job-runner.service.js';
import { QUEUES, type JobContext, type JobData } from '../queues/queue-names.js';

/** Stock entries to observe, and movements to carry on. */
@Processor('stock')
export class StockProcessor {
  constructor(
    private readonly jobs: JobRunner,
    private readonly worker: StockWorker,
  ) {}

  @Process({ concurrency: QUEUES.stock })
  process(job: Job<JobData['stock'] & JobContext>): Promise<void> {
    const { entries = [], movements = [] } = job.data;
    return this.jobs.run('stock', job, () =>
      movements.length > 0 ? this.worker.project(movements) : this.worker.observe(entries),
    );
  }
}
