import { Process, Processor } from '@nestjs/bull';
import { type Job } from 'bull';
import { PushPump } from '../publishing/push-pump.service.js';
import { JobRunner } from './job-runner.service.js';
import { QUEUES, type JobContext, type JobData } from '../queues/queue-names.js';

/** Channels with something to be told. */
@Processor('pushes')
export class PushesProcessor {
  constructor(
    private readonly jobs: JobRunner,
    private readonly pump: PushPump,
  ) {}

  @Process({ concurrency: QUEUES.pushes })
  process(job: Job<JobData['pushes'] & JobContext>): Promise<void> {
    return this.jobs.run('pushes', job, () => this.pump.pump(job.data.connection));
  }
}
