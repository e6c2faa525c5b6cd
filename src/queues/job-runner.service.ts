import { Injectable } from '@nestjs/common';
import { type Job } from 'bull';
import { withContext } from '../common/context.js';
import { LogSink } from '../common/log-sink.js';
import { IntakeFirst } from './intake-first.service.js';
import { type JobOutcome } from './job-outcome.js';
import { type JobContext, type QueueName } from './queue-names.js';

/** How long a job lets webhooks go first, in milliseconds. What reserves a sale waits least. */
const PATIENCE_MS: Record<QueueName, number> = { inbox: 200, orders: 2_000, stock: 2_000, pushes: 1_000, feeds: 2_000, commands: 0 };

/** Runs the work of every job in the context it came with, and leaves one log document for each attempt. */
@Injectable()
export class JobRunner {
  constructor(
    private readonly logs: LogSink,
    private readonly intakeFirst: IntakeFirst,
  ) {}

  /** The work's own marks decide about trying again; a job that failed is only reported. */
  async run(queue: QueueName, job: Job<JobContext>, work: () => Promise<JobOutcome>): Promise<void> {
    await this.intakeFirst.room(PATIENCE_MS[queue]);
    const startedAt = performance.now();
    const { correlationIds = [], orderIds = [] } = job.data;
    await withContext({ correlationIds, orderIds }, async () => {
      const request = { queue, jobId: String(job.id), waited: Math.max(0, Date.now() - job.timestamp - (job.opts.delay ?? 0)) };
      const duration = () => Math.round(performance.now() - startedAt);
      try {
        const outcome = await work();
        this.logs.write({ service: 'orchestrator', request, ...outcome, duration: duration() });
      } catch (error) {
        const response = { error: error instanceof Error ? error.message : 'unknown error' };
        this.logs.write({ service: 'orchestrator', action: `job.${queue}`, status: 'error', request, response, duration: duration() });
        throw error;
      }
    });
  }
}
