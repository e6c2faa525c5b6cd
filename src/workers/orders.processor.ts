import { Process, Processor } from '@nestjs/bull';
import { type Job } from 'bull';
import { DeliveryWorker } from '../fulfilment/delivery-worker.service.js';
import { JobRunner } from './job-runner.service.js';
import { QUEUES, type JobContext, type JobData } from '../queues/queue-names.js';

/** Orders with a plan to record or work in the ERP. */
@Processor('orders')
export class OrdersProcessor {
  constructor(
    private readonly jobs: JobRunner,
    private readonly worker: DeliveryWorker,
  ) {}

  @Process({ concurrency: QUEUES.orders })
  process(job: Job<JobData['orders'] & JobContext>): Promise<void> {
    return this.jobs.run('orders', job, () => this.worker.work(job.data.orderKey));
  }
}
