import { Process, Processor } from '@nestjs/bull';
import { type Job } from 'bull';
import { EventHandler } from '../intake/event-handler.service.js';
import { JobRunner } from './job-runner.service.js';
import { QUEUES, type JobContext, type JobData } from '../queues/queue-names.js';

/** Webhook events, stored and waiting to be handled. */
@Processor('inbox')
export class InboxProcessor {
  constructor(
    private readonly jobs: JobRunner,
    private readonly handler: EventHandler,
  ) {}

  @Process({ concurrency: QUEUES.inbox })
  process(job: Job<JobData['inbox'] & JobContext>): Promise<void> {
    return this.jobs.run('inbox', job, () => this.handler.handle(job.data.eventId));
  }
}
