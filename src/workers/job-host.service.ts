import { getQueueToken } from '@nestjs/bull';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService, ModuleRef } from '@nestjs/core';
import { type Queue } from 'bull';
import { LogSink } from '../common/log-sink.js';
import { isWorker } from '../config/role.js';
import { handlerMethodsOf, type HandlerMethod } from '../queues/job-handler.decorator.js';
import { type JobOutcome, type JobOutcomes } from '../queues/job-outcome.js';
import { QUEUE_NAMES, QUEUES, type JobData, type QueueName } from '../queues/queue-names.js';
import { JobRunner, type RunIds } from './job-runner.service.js';

/** A queue without a handler. */
export class MissingHandlerError extends Error {
  constructor(queues: readonly string[]) {
    super(`No handler takes the jobs of: ${queues.join(', ')}`);
    this.name = 'MissingHandlerError';
  }
}

/** A queue with two handlers. */
export class AmbiguousHandlerError extends Error {
  constructor(queue: string) {
    super(`Two handlers take the jobs of: ${queue}`);
    this.name = 'AmbiguousHandlerError';
  }
}

type Method = (ids: string | readonly string[]) => Promise<JobOutcome | JobOutcomes>;

/** Finds the handlers that providers declare with `@JobHandler`, and connects them with their queues. */
@Injectable()
export class JobHost implements OnApplicationBootstrap {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly modules: ModuleRef,
    private readonly jobs: JobRunner,
    private readonly logs: LogSink,
  ) {}

  /** @throws MissingHandlerError when the jobs of a queue would wait for ever */
  onApplicationBootstrap(): void {
    const handlers = this.handlers();
    const missing = QUEUE_NAMES.filter((name) => !handlers.has(name));
    if (missing.length > 0) throw new MissingHandlerError(missing);
    if (isWorker()) for (const [name, handle] of handlers) this.connect(name, handle);
  }

  private handlers(): Map<QueueName, RunIds> {
    const handlers = new Map<QueueName, RunIds>();
    for (const { instance } of this.discovery.getProviders()) {
      if (typeof instance !== 'object' || instance === null) continue;
      for (const handler of handlerMethodsOf(instance as object)) {
        if (handlers.has(handler.queue)) throw new AmbiguousHandlerError(handler.queue);
        handlers.set(handler.queue, runIdsOf(instance as object, handler));
      }
    }
    return handlers;
  }

  private connect(name: QueueName, handle: RunIds): void {
    const queue = this.modules.get<Queue<JobData>>(getQueueToken(name), { strict: false });
    queue.on('stalled', (job) => {
      this.logs.write({
        service: 'orchestrator',
        action: `job.${name}.stalled`,
        status: 'error',
        duration: 0,
        request: { queue: name, jobId: String(job.id) },
      });
    });
    queue.on('error', () => undefined);
    // It resolves when the queue closes.
    void queue.process(QUEUES[name].concurrency, (job) => this.jobs.run(name, job, handle));
  }
}

function runIdsOf(provider: object, { method, takesBatch }: HandlerMethod): RunIds {
  const call = (provider as Record<string, Method>)[method]?.bind(provider);
  if (!call) throw new Error(`${provider.constructor.name} has no method ${method}`);
  if (takesBatch) return { all: (ids) => call(ids) as Promise<JobOutcomes> };
  return { each: (id) => call(id) as Promise<JobOutcome> };
}
