import { Injectable } from '@nestjs/common';
import { type Job } from 'bull';
import { withContext } from '../common/context.js';
import { LogSink } from '../common/log-sink.js';
import { AdmissionControl } from '../queues/admission-control.service.js';
import { type JobOutcome } from '../queues/job-outcome.js';
import { type JobContext, type QueueName } from '../queues/queue-names.js';

/** Runs the work of every job in the context it came with, and leaves one log document for each attempt. */
@Injectable()
export class JobRunner {
  constructor(
    private readonly logs: LogSink,
    private readonly intakeFirst: AdmissionControl,
  ) {}

  /** The work's own marks decide about trying again; a job that failed is only reported. */
  run(queue: QueueName, job: Job<JobContext>, work: () => Promise<JobOutcome>): Promise<void> {
    // Somebody waits for the answer to a command, as for that to a webhook. What takes long lets webhooks go first piece by piece.
    if (queue === 'commands' || queue === 'imports' || queue === 'reconcile') return this.attempt(queue, job, work);
    return this.intakeFirst.run(queue === 'inbox' ? 'gang' : 'single', () => this.attempt(queue, job, work));
  }

  private async attempt(queue: QueueName, job: Job<JobContext>, work: () => Promise<JobOutcome>): Promise<void> {
    const startedAt = performance.now();
    const { correlationIds = [], orderIds = [] } = job.data;
    await withContext({ correlationIds, orderIds }, async () => {
      const request = {
        queue,
        jobId: String(job.id),
        waited: Math.max(0, Date.now() - job.timestamp - (job.opts.delay ?? 0)),
      };
      const duration = () => Math.round(performance.now() - startedAt);
      try {
        const outcome = await work();
        this.logs.write({ service: 'orchestrator', request, ...outcome, duration: duration() });
      } catch (error) {
        const response = { error: error instanceof Error ? error.message : 'unknown error' };
        this.logs.write({
          service: 'orchestrator',
          action: `job.${queue}`,
          status: 'error',
          request,
          response,
          duration: duration(),
        });
        throw error;
      }
    });
  }
}
