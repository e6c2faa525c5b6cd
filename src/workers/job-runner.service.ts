import { Injectable } from '@nestjs/common';
import { type Job } from 'bull';
import { errorText } from '../common/error-text.js';
import { withContext } from '../common/context.js';
import { LogSink } from '../common/log-sink.js';
import { AdmissionControl } from '../queues/admission-control.service.js';
import { type JobOutcome, type JobOutcomes } from '../queues/job-outcome.js';
import { QUEUES, together, type JobData, type QueueName } from '../queues/queue-names.js';

/** A handler for all ids of a job at once, or for one at a time. */
export type RunIds =
  | { readonly all: (ids: readonly string[]) => Promise<JobOutcomes> }
  | { readonly each: (id: string) => Promise<JobOutcome> };

type JobRequest = Readonly<Record<'queue' | 'jobId', string> & { waited: number }>;

/** Runs each job in the contexts that it came with, and leaves one log document for each id of each attempt. */
@Injectable()
export class JobRunner {
  constructor(
    private readonly logs: LogSink,
    private readonly admission: AdmissionControl,
  ) {}

  /**
   * Rejects with the first error, so that Bull marks the job as failed. Retries come from the marks of the
   * documents.
   */
  run(queue: QueueName, job: Job<JobData>, handler: RunIds): Promise<void> {
    const { admission } = QUEUES[queue];
    const attempt = () => this.attempt(queue, job, handler);
    const size = 'each' in handler ? job.data.ids.length : 1;
    return admission ? this.admission.run(admission, attempt, size) : attempt();
  }

  private async attempt(queue: QueueName, job: Job<JobData>, handler: RunIds): Promise<void> {
    const { ids, contexts = {} } = job.data;
    const waited = Math.max(0, Date.now() - job.timestamp - (job.opts.delay ?? 0));
    const request = { queue, jobId: String(job.id), waited };
    if ('all' in handler)
      return withContext(together(Object.values(contexts)), () => this.logged(request, () => handler.all(ids)));
    const results = await Promise.allSettled(
      ids.map((id) =>
        withContext(together([contexts[id] ?? {}]), () =>
          this.logged(request, async () => new Map([[id, await handler.each(id)]])),
        ),
      ),
    );
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  private async logged(request: JobRequest, work: () => Promise<JobOutcomes>): Promise<void> {
    const startedAt = performance.now();
    const log = (outcome: JobOutcome) =>
      this.logs.write({
        service: 'orchestrator',
        request,
        ...outcome,
        duration: Math.round(performance.now() - startedAt),
      });
    try {
      for (const outcome of (await work()).values()) log(outcome);
    } catch (error) {
      const response = { error: errorText(error) };
      log({ action: `job.${request.queue}`, status: 'error', response });
      throw error;
    }
  }
}
