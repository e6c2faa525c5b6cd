import { Process, Processor } from '@nestjs/bull';
import { type Job } from 'bull';
import { PushFollower } from '../publishing/push-follower.service.js';
import { JobRunner } from './job-runner.service.js';
import { QUEUES, type JobContext, type JobData } from '../queues/queue-names.js';

/** Pushes whose outcome is not known yet. */
@Processor('feeds')
export class FeedsProcessor {
  constructor(
    private readonly jobs: JobRunner,
    private readonly follower: PushFollower,
  ) {}

  @Process({ concurrency: QUEUES.feeds })
  process(job: Job<JobData['feeds'] & JobContext>): Promise<void> {
    return this.jobs.run('feeds', job, () => this.follower.follow(job.data.pushId));
  }
}
