import { getQueueToken } from '@nestjs/bull';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService, ModuleRef, Reflector } from '@nestjs/core';
import { type Queue } from 'bull';
import { LogSink } from '../common/log-sink.js';
import { QUEUE_NAMES } from '../queues/queue-names.js';

/** Where @Processor notes its queue. */
const PROCESSOR_OF = 'bull:module_queue';

/** A queue whose jobs nobody would take. */
export class MissingHandlerError extends Error {
  constructor(queues: readonly string[]) {
    super(`No processor handles the jobs of: ${queues.join(', ')}`);
    this.name = 'MissingHandlerError';
  }
}

/** Refuses a start in which the jobs of some queue would wait for ever, and reports what Bull says of jobs outside of their work. */
@Injectable()
export class HandlerCheck implements OnApplicationBootstrap {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly reflector: Reflector,
    private readonly modules: ModuleRef,
    private readonly logs: LogSink,
  ) {}

  onApplicationBootstrap(): void {
    const handled = new Set(
      this.discovery
        .getProviders()
        .map(({ metatype }) =>
          metatype ? this.reflector.get<{ name?: string } | undefined>(PROCESSOR_OF, metatype)?.name : undefined,
        ),
    );
    const missing = QUEUE_NAMES.filter((name) => !handled.has(name));
    if (missing.length > 0) throw new MissingHandlerError(missing);
    for (const name of QUEUE_NAMES) this.report(name);
  }

  private report(name: string): void {
    const queue = this.modules.get<Queue>(getQueueToken(name), { strict: false });
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
  }
}
